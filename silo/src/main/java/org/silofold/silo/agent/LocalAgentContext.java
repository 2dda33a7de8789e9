package org.silofold.silo.agent;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.silofold.schemas.Topics;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.silo.party.PartyDirectory;

/** The running agent as its services see it. */
final class LocalAgentContext implements AgentContext {
    private static final Duration FOREVER = Duration.ofDays(365);

    private final PartyDirectory party;
    private final AgentConfig config;
    private final Registry registry;
    private final ModelChain models;
    private final Health health;
    private final KafkaClients kafka;
    private final Changes changes;
    private final Set<Runnable> stopActions = ConcurrentHashMap.newKeySet();

    LocalAgentContext(
            PartyDirectory party,
            AgentConfig config,
            Registry registry,
            ModelChain models,
            Health health,
            Changes changes) {
        this.party = party;
        this.config = config;
        this.registry = registry;
        this.models = models;
        this.health = health;
        this.kafka = new KafkaClients(party);
        this.changes = changes;
    }

    /** Ends all waits and runs what was asked for with {@link #onStop}. */
    void stop() {
        changes.close();
        stopActions.forEach(Runnable::run);
    }

    @Override
    public PartyDirectory party() {
        return party;
    }

    @Override
    public Clock clock() {
        return config.clock();
    }

    @Override
    public AgentConfig config() {
        return config;
    }

    @Override
    public Topics topics() {
        return new Topics(party.config().topicPrefix());
    }

    @Override
    public Registry registry() {
        return registry;
    }

    @Override
    public ModelChain models() {
        return models;
    }

    @Override
    public Health health() {
        return health;
    }

    @Override
    public KafkaClients kafka() {
        return kafka;
    }

    @Override
    public boolean stopping() {
        return changes.closed();
    }

    @Override
    public AutoCloseable onStop(Runnable action) {
        stopActions.add(action);
        if (stopping()) {
            action.run();
        }
        return () -> stopActions.remove(action);
    }

    @Override
    public boolean pause(Duration duration) {
        return changes.pause(duration);
    }

    @Override
    public <T> Optional<T> awaitRegistry(Function<RegistryView, Optional<T>> reader) {
        return changes.await(() -> stopping() ? Optional.empty() : registry.read(reader), FOREVER);
    }
}
