package org.silofold.demo.cluster;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.silofold.silo.agent.Agent;
import org.silofold.silo.agent.AgentConfig;
import org.silofold.silo.party.PartyDirectory;

/** An agent, the very same, whose clock is wrong by a constant. */
public final class ShiftedAgent {
    private ShiftedAgent() {}

    /** Runs it until it is ended: the party's directory, the local API's port, and by how many seconds its clock is ahead. */
    public static void main(String[] arguments) throws InterruptedException {
        PartyDirectory party = PartyDirectory.open(Path.of(arguments[0]));
        Clock clock = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(Long.parseLong(arguments[2])));
        AgentConfig config = AgentConfig.defaults()
                .withApiPort(Integer.parseInt(arguments[1]))
                .withClock(clock);
        try (Agent agent = Agent.start(party, config)) {
            Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "agent-stop"));
            agent.awaitStop();
        }
    }
}
