package org.silofold.silo.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Role;
import org.silofold.schemas.TopicKind;
import org.silofold.schemas.Topics;

/**
 * Takes the records of the topics of model shards and manifests to the chain and the assembler. A record that is ahead of the registry is waited for a
 * bounded time, then passed over; its topic is read again once the registry has changed.
 */
final class ModelFollower implements TopicFollower.Handler {
    static final String COMPONENT = "models";
    static final String WAITING = "models-waiting";

    private static final Duration REGISTRY_WAIT = Duration.ofSeconds(5);

    private final Topics topics;
    private final Registry registry;
    private final ManifestChain chain;
    private final ModelAssembler assembler;
    private final Countersignatures countersignatures;
    private final OwnLog own;
    private final Health health;
    private final Changes changes;

    /** Topics with records that were passed over. */
    private final Set<String> passedOver = new HashSet<>();

    /** The registry's revision when the first of them was. */
    private long passedOverAt;

    private boolean waiting;

    ModelFollower(
            Topics topics,
            Registry registry,
            ManifestChain chain,
            ModelAssembler assembler,
            Countersignatures countersignatures,
            OwnLog own,
            Health health,
            Changes changes) {
        this.topics = topics;
        this.registry = registry;
        this.chain = chain;
        this.assembler = assembler;
        this.countersignatures = countersignatures;
        this.own = own;
        this.health = health;
        this.changes = changes;
    }

    /** The topics that this party's agent follows; an auditor makes the models itself. */
    static FollowedTopics topics(AgentContext context) {
        Topics topics = context.topics();
        List<String> names = new ArrayList<>(List.of(topics.modelManifests()));
        if (context.party().config().role() != Role.AUDITOR) {
            names.add(topics.models());
            context.registry()
                    .read(Countersignatures::named)
                    .forEach(name -> names.add(topics.countersignatures(name)));
        }
        return FollowedTopics.all(names);
    }

    /** Waits for the registry: without it nothing could be verified. */
    @Override
    public boolean begin(AgentContext context) {
        passedOver.clear();
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
                verify(model.get());
                changes.signal();
            }
        } catch (RejectedException e) {
            if (e.reason() == Reason.MODEL_NOT_VERIFIED && !followsOneThatWaits(record.topic())) {
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
        if (waiting && passedOver.isEmpty()) {
            waiting = false;
            health.ok(WAITING, "nothing waits for the registry");
        }
        try {
            // A policy that names another auditor, or none, lets versions go that waited.
            for (String model : assembler.models()) {
                verify(model);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("models: " + e.getMessage(), e);
        }
        changes.signal();
    }

    @Override
    public Set<String> readAgain() {
        if (passedOver.isEmpty() || passedOverAt == registry.revision()) {
            return Set.of();
        }
        Set<String> again = Set.copyOf(passedOver);
        passedOver.clear();
        return again;
    }

    /** A model that broke the promises made to this silo goes no further. */
    private void verify(String model) throws IOException {
        own.settle();
        if (!own.broken(model)) {
            assembler.verify(model);
        }
    }

    /**
     * The registry is another topic, so a model may be ahead of its specification, its policy or a void version's document: waits for that, a bounded
     * time, once for all that is ahead of it until the topic is read again.
     */
    private Optional<String> acceptOnceKnown(ConsumerRecord<byte[], byte[]> record) throws IOException {
        long deadline = System.nanoTime() + REGISTRY_WAIT.toNanos();
        while (true) {
            long revision = registry.revision();
            try {
                return accept(record);
            } catch (RejectedException | AwaitedException e) {
                Duration left = Duration.ofNanos(deadline - System.nanoTime());
                if (!mayBecomeKnown(e)) {
                    throw e;
                }
                if (passedOver.contains(record.topic()) || left.isNegative() || !changed(revision, left)) {
                    passOver(record.topic(), revision, e);
                    throw e;
                }
            }
        }
    }

    /** What follows a link that waits lacks its predecessor, and that is said already. */
    private boolean followsOneThatWaits(String topic) {
        return waiting && passedOver.contains(topic);
    }

    private void passOver(String topic, long revision, RuntimeException why) {
        if (passedOver.isEmpty()) {
            passedOverAt = revision;
        }
        passedOver.add(topic);
        if (why instanceof AwaitedException) {
            waiting = true;
            health.failed(WAITING, why.getMessage());
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
