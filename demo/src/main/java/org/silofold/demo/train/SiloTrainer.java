package org.silofold.demo.train;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.silofold.demo.local.Uninterruptibles;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.reason.Reason;
import org.silofold.silo.sdk.ModelUpdate;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.SiloException;
import org.silofold.silo.sdk.VerifiedModel;

/**
 * A hospital's training job, on a thread of its own: newest model, train, submit, again with the next version. It waits for nobody but
 * for a version that it has not trained from yet.
 */
public final class SiloTrainer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final String name;
    private final Path party;
    private final String model;
    private final Workload workload;
    private final Duration pace;
    private final Submissions submissions;
    private final Consumer<Exception> failed;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;

    /**
     * @param silo the hospital's name as a silo
     * @param party the directory in which its agent runs
     * @param pace how long a training takes at least
     * @param failed told what ended this trainer before {@link #close()}
     */
    public SiloTrainer(
            String silo,
            Path party,
            String model,
            Workload workload,
            Duration pace,
            Submissions submissions,
            Consumer<Exception> failed) {
        this.name = silo;
        this.party = party;
        this.model = model;
        this.workload = workload;
        this.pace = pace;
        this.submissions = submissions;
        this.failed = failed;
        this.thread = new Thread(this::run, "trainer-" + silo);
    }

    /** Starts to train. */
    public void start() {
        thread.start();
    }

    private void run() {
        try (Silo silo = Silo.connect(party)) {
            long trainedFrom = -1;
            while (stop.getCount() > 0) {
                Optional<VerifiedModel> newer = silo.awaitModel(model, trainedFrom, PATIENCE);
                if (newer.isPresent()) {
                    trainedFrom = newer.get().version();
                    step(silo, newer.get());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            if (stop.getCount() > 0) {
                failed.accept(e);
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
        double trainSeconds = (System.nanoTime() - begin) / 1e9;
        Path delta = submissions.store(name, base.version(), trained.delta());
        long submit = System.nanoTime();
        try {
            UpdateId id = silo.submit(
                    new ModelUpdate(model, base.version(), trained.delta(), trained.examples(), trained.metrics()));
            submissions.add(new Submitted(
                    name,
                    base.version(),
                    id,
                    delta,
                    trained.examples(),
                    trainSeconds,
                    (System.nanoTime() - submit) / 1e9,
                    System.currentTimeMillis()));
        } catch (SiloException e) {
            if (e.code().equals(Reason.BUDGET_SPENT.code())) {
                // This hospital has told all that its budget pays for.
                stop.countDown();
                return;
            }
            // A base older than policy's staleness bound, or parameters that were trained from before: train again from
            // the newest.
            if (!e.code().equals(Reason.TOO_STALE.code()) && !e.code().equals(Reason.BASE_SPENT.code())) {
                throw e;
            }
        }
    }

    /** Stops after the step under way. */
    @Override
    public void close() {
        stop.countDown();
        Uninterruptibles.join(thread);
    }
}
