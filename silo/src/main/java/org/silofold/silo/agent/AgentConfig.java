package org.silofold.silo.agent;

import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * How an agent runs.
 *
 * @param clock for expiry and validity
 * @param apiPort the local API's port on 127.0.0.1; 0 for any free one
 * @param poll longest wait for records in one poll
 * @param heartbeat how often a follower asks the broker whether it is there and has new partitions
 * @param firstRetry pause before a failed service starts again; doubles up to {@code lastRetry}
 * @param lastRetry longest such pause
 * @param stopTimeout how long {@link Agent#close()} waits for the services
 * @param services what runs besides the agent's own services and those found by {@link java.util.ServiceLoader}
 */
public record AgentConfig(
        Clock clock,
        int apiPort,
        Duration poll,
        Duration heartbeat,
        Duration firstRetry,
        Duration lastRetry,
        Duration stopTimeout,
        List<AgentService> services) {
    /** @throws IllegalArgumentException for a port outside 0..65535 */
    public AgentConfig {
        services = List.copyOf(services);
        if (apiPort < 0 || apiPort > 65535) {
            throw new IllegalArgumentException("a port is 0..65535, not " + apiPort);
        }
    }

    /** The system's clock, a free port, polls of 200 ms, a heartbeat every 3 s, retries after 1 to 30 s. */
    public static AgentConfig defaults() {
        return new AgentConfig(
                Clock.systemUTC(),
                0,
                Duration.ofMillis(200),
                Duration.ofSeconds(3),
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(15),
                List.of());
    }

    /** The same with another port. */
    public AgentConfig withApiPort(int port) {
        return new AgentConfig(clock, port, poll, heartbeat, firstRetry, lastRetry, stopTimeout, services);
    }

    /** The same with another clock. */
    public AgentConfig withClock(Clock other) {
        return new AgentConfig(other, apiPort, poll, heartbeat, firstRetry, lastRetry, stopTimeout, services);
    }

    /** The same with these services besides. */
    public AgentConfig withServices(List<AgentService> others) {
        return new AgentConfig(clock, apiPort, poll, heartbeat, firstRetry, lastRetry, stopTimeout, others);
    }
}
