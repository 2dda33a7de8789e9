package org.silofold.silo.agent;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.silofold.schemas.Topics;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.silo.party.PartyDirectory;

/** What the agent lends to its services. Thread-safe. */
public interface AgentContext {
    /** The party. */
    PartyDirectory party();

    /** The agent's clock. */
    Clock clock();

    /** How the agent was configured. */
    AgentConfig config();

    /** The federation's topic names. */
    Topics topics();

    /** The registry. */
    Registry registry();

    /** The chains of model manifests. */
    ModelChain models();

    /** Where services say how they are. */
    Health health();

    /** Makes Kafka clients. */
    KafkaClients kafka();

    /** Whether the agent is being closed. */
    boolean stopping();

    /** Runs this when the agent is being closed, at once if it is: a consumer's wakeup, say. The closed handle stops that. */
    AutoCloseable onStop(Runnable action);

    /** Waits; returns early and false when the agent is being closed. */
    boolean pause(Duration duration);

    /**
     * Waits until the registry has what the reader looks for.
     *
     * @return what it found, or empty when the agent is being closed
     */
    <T> Optional<T> awaitRegistry(Function<RegistryView, Optional<T>> reader);
}
