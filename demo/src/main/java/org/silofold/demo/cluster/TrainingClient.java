package org.silofold.demo.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.silofold.demo.local.Uninterruptibles;
import org.silofold.demo.train.Submissions;
import org.silofold.demo.train.Submitted;
import org.silofold.demo.train.Workload;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.reason.Reason;
import org.silofold.silo.sdk.ModelUpdate;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.SiloException;
import org.silofold.silo.sdk.UpdateStatus;
import org.silofold.silo.sdk.VerifiedModel;

/**
 * A silo's training job, on a thread of its own: newest model, train, submit, again with the next version. It outlives its agent: while none
 * answers it asks again. Each plain delta is on disk before its update is handed over, and an update that the agent took but did not
 * answer for, because it was killed in between, is found at the agent later, so what is taken down is what agents have.
 */
final class TrainingClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

    /** What passes: no agent, one that was just started again, one that follows on. */
    private static final Set<String> PASSES = Set.of(
            SiloException.AGENT_NOT_RUNNING,
            SiloException.TIMEOUT,
            "unauthorized",
            "not-ready",
            "no-model",
            "disk-full",
            Reason.TOO_MANY_IN_FLIGHT.code());

    /** What another version is for. */
    private static final Set<String> NEEDS_A_NEWER_BASE = Set.of(Reason.TOO_STALE.code(), Reason.BASE_SPENT.code());

    private final String name;
    private final Path party;
    private final Workload workload;
    private final Duration pace;
    private final Submissions submissions;
    private final Consumer<Exception> failed;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private long trainedFrom = -1;

    /**
     * @param name the silo's name
     * @param party the directory in which its agent runs
     * @param pace how long a training takes at least
     * @param failed told what ended this client before {@link #close()}
     */
    TrainingClient(
            String name,
            Path party,
            Workload workload,
            Duration pace,
            Submissions submissions,
            Consumer<Exception> failed) {
        this.name = name;
        this.party = party;
        this.workload = workload;
        this.pace = pace;
        this.submissions = submissions;
        this.failed = failed;
        this.thread = new Thread(this::run, "training-" + name);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (stop.getCount() > 0) {
                train();
                stop.await(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            failed.accept(e);
        }
    }

    /** Trains until the agent is gone or this client is closed. */
    private void train() throws IOException, InterruptedException {
        try (Silo silo = Silo.connect(party)) {
            adopt(silo);
            while (stop.getCount() > 0) {
                Optional<VerifiedModel> newer = silo.awaitModel(Names.MODEL, trainedFrom, PATIENCE);
                if (newer.isPresent()) {
                    step(silo, newer.get());
                }
            }
        } catch (SiloException e) {
            if (!PASSES.contains(e.code())) {
                throw e;
            }
        }
    }

    private void step(Silo silo, VerifiedModel base) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Workload.Trained trained = workload.train(name, base.version(), base.parameters());
        long left = pace.toNanos() - (System.nanoTime() - begin);
        if (left > 0 && stop.await(left, TimeUnit.NANOSECONDS)) {
            return;
        }
        submissions.store(name, base.version(), trained.delta());
        try {
            UpdateId id = silo.submit(new ModelUpdate(
                    Names.MODEL, base.version(), trained.delta(), trained.examples(), trained.metrics()));
            takeDown(id, base.version());
        } catch (SiloException e) {
            if (!NEEDS_A_NEWER_BASE.contains(e.code())) {
                throw e;
            }
        }
        trainedFrom = base.version();
    }

    /** What the agent has of this silo and nobody took down. */
    private void adopt(Silo silo) throws IOException {
        for (UpdateStatus update : silo.updates()) {
            if (submissions.get(update.updateId()).isEmpty()) {
                takeDown(update.updateId(), update.baseVersion());
            }
        }
    }

    private void takeDown(UpdateId id, long base) {
        submissions.add(new Submitted(
                name,
                base,
                id,
                submissions.file(name, base),
                workload.examples(name),
                pace.toNanos() / 1e9,
                0,
                System.currentTimeMillis()));
    }

    /** Stops after the step under way. */
    @Override
    public void close() {
        stop.countDown();
        Uninterruptibles.join(thread);
    }
}
