package org.silofold.silo.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Role;
import org.silofold.schemas.TopicKind;
import org.silofold.schemas.Topics;

/** Takes the records of the topics of model shards and manifests to the chain and the assembler. */
final class ModelFollower implements TopicFollower.Handler {
    static final String COMPONENT = "models";

    private static final Duration REGISTRY_WAIT = Duration.ofSeconds(5);

    private final Topics topics;
    private final Registry registry;
    private final ManifestChain chain;
    private final ModelAssembler assembler;
    private final Countersignatures countersignatures;
    private final Health health;
    private final Changes changes;

    ModelFollower(
            Topics topics,
            Registry registry,
            ManifestChain chain,
            ModelAssembler assembler,
            Countersignatures countersignatures,
            Health health,
            Changes changes) {
        this.topics = topics;
        this.registry = registry;
        this.chain = chain;
        this.assembler = assembler;
        this.countersignatures = countersignatures;
        this.health = health;
        this.changes = changes;
    }

    /** The topics that this party's agent follows; an auditor makes the models itself. */
    static List<String> topics(AgentContext context) {
        Topics topics = context.topics();
        List<String> names = new ArrayList<>(List.of(topics.modelManifests()));
        if (context.party().config().role() != Role.AUDITOR) {
            names.add(topics.models());
            context.registry()
                    .read(Countersignatures::named)
                    .forEach(name -> names.add(topics.countersignatures(name)));
        }
        return names;
    }

    /** Waits for the registry: without it nothing could be verified. */
    @Override
    public boolean begin(AgentContext context) {
        boolean ready = context.awaitRegistry(
                        view -> context.registry().loaded() && !view.models().isEmpty()
                                ? AggregatorKey.of(view)
                                : Optional.empty())
                .isPresent();
        try {
            assembler.clear();
            if (ready) {
                assembler.dropDamaged();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("models: " + e.getMessage(), e);
        }
        return ready;
    }

    @Override
    public void handle(ConsumerRecord<byte[], byte[]> record) {
        try {
            Optional<String> model = acceptOnceKnown(record);
            if (model.isPresent()) {
                assembler.verify(model.get());
                changes.signal();
            }
        } catch (RejectedException e) {
            if (e.reason() == Reason.MODEL_NOT_VERIFIED) {
                health.alarm("model-not-verified", e.getMessage());
            }
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("models: " + e.getMessage(), e);
        }
    }

    @Override
    public void caughtUp() {
        chain.caughtUp();
        try {
            // A policy that names another auditor, or none, lets versions go that waited.
            assembler.verifyAll();
        } catch (IOException e) {
            throw new UncheckedIOException("models: " + e.getMessage(), e);
        }
        changes.signal();
    }

    /** The registry is another topic, so a model may be ahead of its specification: waits for that, a bounded time. */
    private Optional<String> acceptOnceKnown(ConsumerRecord<byte[], byte[]> record) throws IOException {
        long deadline = System.nanoTime() + REGISTRY_WAIT.toNanos();
        while (true) {
            long revision = registry.revision();
            try {
                return accept(record);
            } catch (RejectedException | AwaitedException e) {
                Duration left = Duration.ofNanos(deadline - System.nanoTime());
                if (!mayBecomeKnown(e) || left.isNegative() || !changed(revision, left)) {
                    throw e;
                }
            }
        }
    }

    private static boolean mayBecomeKnown(RuntimeException e) {
        return e instanceof AwaitedException
                || (e instanceof RejectedException rejected
                        && (rejected.reason() == Reason.UNKNOWN_MODEL || rejected.reason() == Reason.UNKNOWN_SENDER));
    }

    /** A link of the chain; not what the aggregator notes among them for itself. */
    private Optional<String> link(ConsumerRecord<byte[], byte[]> record) {
        return TopicKind.MODEL_MANIFESTS.purpose(record.key()) == Purpose.MODEL_MANIFEST
                ? chain.accept(record.value())
                : Optional.empty();
    }

    private Optional<String> accept(ConsumerRecord<byte[], byte[]> record) throws IOException {
        Topics.Parsed topic = topics.parse(record.topic()).orElseThrow();
        return switch (topic.kind()) {
            case MODEL_MANIFESTS -> link(record);
            case COUNTERSIGNATURES -> Optional.of(countersignatures.accept(topic.party(), record.value()));
            default -> assembler.accept(record.value());
        };
    }

    private boolean changed(long revision, Duration atMost) {
        return changes.await(
                        () -> registry.revision() != revision ? Optional.of(Boolean.TRUE) : Optional.empty(), atMost)
                .isPresent();
    }
}
