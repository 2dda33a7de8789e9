package org.silofold.silo.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.silofold.protocol.registry.Role;
import org.silofold.silo.agent.Agent;
import org.silofold.silo.agent.AgentConfig;
import org.silofold.silo.auditor.AuditOutcome;
import org.silofold.silo.auditor.AuditService;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.party.PartyException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code silofold auditor}: recomputes and countersigns every published version. */
@Command(
        name = "auditor",
        description = "Recompute every published version from the log, and countersign those that are right.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes with --once:%n",
        exitCodeList = {
            "0:every published version is right and countersigned",
            "1:a version is wrong",
            "2:bad usage",
            "3:a version cannot be recomputed"
        })
final class AuditorCommand implements Callable<Integer> {
    private static final int WRONG = 1;
    private static final int UNDECIDED = 3;

    @Spec
    private CommandSpec spec;

    @Option(names = "--dir", required = true, paramLabel = "DIR", description = "The auditor's directory.")
    private Path directory;

    @Option(names = "--port", defaultValue = "0", description = "Port of the local API on 127.0.0.1; 0 for any.")
    private int port;

    @Option(names = "--once", description = "Audit what is published now, then exit.")
    private boolean once;

    @Option(
            names = "--recheck",
            paramLabel = "MODEL",
            description = "Judge the version of this model again that was found wrong.")
    private List<String> recheck = List.of();

    private final AtomicInteger exitCode = new AtomicInteger();

    @Override
    public Integer call() throws InterruptedException, ExecutionException {
        PartyDirectory party = PartyDirectory.open(directory);
        if (party.config().role() != Role.AUDITOR) {
            throw new PartyException(directory + ": " + party.name() + " is a "
                    + party.config().role().code() + ", not an auditor");
        }
        AuditService service =
                new AuditService(once ? AuditService.Mode.ONCE : AuditService.Mode.FOLLOW, recheck, this::tell);
        AgentConfig config = AgentConfig.defaults().withApiPort(port);
        try (Agent agent = Agent.start(party, config.withServices(List.of(service)))) {
            Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "auditor-stop"));
            if (!once) {
                out().println("auditor " + party.name() + " runs, API on 127.0.0.1:" + agent.apiPort()
                        + "; stop it with Ctrl-C");
                out().flush();
                agent.awaitStop();
                return 0;
            }
            service.done().get();
            return exitCode(agent);
        }
    }

    /** A manifest that does not even verify, or a second one for a version, is the agent's alarm. */
    private int exitCode(Agent agent) {
        agent.health().components().stream()
                .filter(component -> !component.healthy())
                .filter(component -> component.name().equals("two-manifests")
                        || component.name().equals("model-not-verified"))
                .forEach(component -> {
                    out().println(component.name() + ": " + component.detail());
                    exitCode.set(WRONG);
                });
        out().flush();
        return exitCode.get();
    }

    private void tell(AuditOutcome outcome) {
        PrintWriter out = out();
        out.println(outcome.line());
        out.flush();
        if (outcome instanceof AuditOutcome.Wrong) {
            exitCode.set(WRONG);
        } else if (outcome instanceof AuditOutcome.Undecided) {
            exitCode.compareAndSet(0, UNDECIDED);
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
