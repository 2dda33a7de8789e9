package org.silofold.silo.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.silofold.protocol.registry.Role;
import org.silofold.silo.agent.Agent;
import org.silofold.silo.agent.AgentConfig;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.party.PartyException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code silofold agent}: runs a party's agent until it is told to stop. */
@Command(
        name = "agent",
        description = "Run a party's agent: registry, models, outbox, local API, and its committee seat if it has one.",
        mixinStandardHelpOptions = true)
final class AgentCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--dir", required = true, paramLabel = "DIR", description = "The party's directory.")
    private Path directory;

    @Option(names = "--port", defaultValue = "0", description = "Port of the local API on 127.0.0.1; 0 for any.")
    private int port;

    @Override
    public Integer call() throws InterruptedException {
        PartyDirectory party = PartyDirectory.open(directory);
        if (party.config().role() == Role.AUDITOR) {
            throw new PartyException(directory + ": " + party.name() + " is an auditor: run silofold auditor");
        }
        try (Agent agent = Agent.start(party, AgentConfig.defaults().withApiPort(port))) {
            Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "agent-stop"));
            spec.commandLine()
                    .getOut()
                    .println("agent of " + party.name() + " runs, API on 127.0.0.1:" + agent.apiPort()
                            + "; stop it with Ctrl-C");
            agent.awaitStop();
        }
        return 0;
    }
}
