package org.silofold.silo.auditor;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.WakeupException;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.silo.agent.AgentContext;
import org.silofold.silo.agent.AgentService;

/** Runs the auditor with the agent of a party that is one. */
public final class AuditService implements AgentService {
    static final String NAME = "auditor";

    /** How long an auditor runs. */
    public enum Mode {
        /** As long as its agent. */
        FOLLOW,
        /** Until every version that is published was audited. */
        ONCE
    }

    private final Mode mode;
    private final List<String> recheck;
    private final Consumer<AuditOutcome> listener;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    /**
     * @param mode how long it runs
     * @param recheck models whose audit ended at a version that was found wrong, which is judged again
     * @param listener told what became of each version, on the service's thread
     */
    public AuditService(Mode mode, List<String> recheck, Consumer<AuditOutcome> listener) {
        this.mode = mode;
        this.recheck = List.copyOf(recheck);
        this.listener = listener;
    }

    /** Done when the service has run to its end: in mode {@link Mode#ONCE} when all was audited. */
    public CompletableFuture<Void> done() {
        return done.copy();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(AgentContext context) throws Exception {
        Optional<Boolean> ready =
                context.awaitRegistry(view -> context.registry().loaded()
                                && context.models().loaded()
                                && view.roster().isPresent()
                        ? Optional.of(Boolean.TRUE)
                        : Optional.empty());
        if (ready.isEmpty()) {
            return;
        }
        try (AuditStore store = AuditStore.open(context.party().auditDatabase());
                SigningKey identity = context.party().identityKey();
                KafkaConsumer<byte[], byte[]> follow = context.kafka().consumer("auditor", false);
                KafkaConsumer<byte[], byte[]> fetch = context.kafka().fetcher("auditor-fetch", false);
                KafkaProducer<byte[], byte[]> producer = context.kafka().producer("auditor")) {
            AutoCloseable wakeup = context.onStop(() -> {
                follow.wakeup();
                fetch.wakeup();
            });
            try {
                recheck.forEach(store::judgeAgain);
                Parties parties = new EnrolledParties(context.registry(), context.party());
                CohortLog log = new IndexedLog(store.places(), LogIndex.Fetcher.of(new RecordFetcher(fetch)));
                Auditor auditor = new Auditor(
                        context.party(),
                        context.registry(),
                        parties,
                        context.models(),
                        store,
                        new StateFiles(context.party().audit()),
                        log);
                AuditLoop loop = new AuditLoop(
                        context,
                        store,
                        auditor,
                        new LogFollower(context.topics(), store, new Verifier(parties), follow),
                        new Countersigner(context.party().name(), context.topics(), identity, producer),
                        listener);
                if (mode == Mode.ONCE) {
                    loop.runOnce();
                } else {
                    loop.run();
                }
            } finally {
                wakeup.close();
            }
        } catch (WakeupException e) {
            if (!context.stopping()) {
                throw e;
            }
        }
        done.complete(null);
    }
}
