package org.silofold.silo.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.silofold.protocol.reason.Reason;
import org.silofold.silo.sdk.AgentStatus;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.UpdateStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code silofold status}: how the agent is, and what became of its updates. */
@Command(
        name = "status",
        description = "Show how a party's agent is and what became of its updates.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:healthy", "1:the agent cannot be asked", "2:bad usage", "3:a component is not healthy"})
final class StatusCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SiloOption silo;

    @Option(
            names = "--updates",
            defaultValue = "10",
            description = "How many of the newest updates (${DEFAULT-VALUE}).")
    private int updates;

    @Override
    public Integer call() {
        try (Silo connected = silo.connect()) {
            AgentStatus status = connected.agentStatus();
            print(status);
            List<UpdateStatus> all = connected.updates();
            PrintWriter out = spec.commandLine().getOut();
            all.subList(Math.max(0, all.size() - updates), all.size()).forEach(update -> out.println(line(update)));
            return status.healthy() ? 0 : 3;
        }
    }

    private void print(AgentStatus status) {
        PrintWriter out = spec.commandLine().getOut();
        String seat = status.seat() == 0 ? "no committee seat" : "committee seat " + status.seat();
        out.println(status.party() + " (" + status.role() + ") in " + status.federation() + " at " + status.bootstrap()
                + ": " + (status.healthy() ? "healthy" : "NOT HEALTHY") + ", epoch " + status.epoch() + ", " + seat);
        for (AgentStatus.Component component : status.components()) {
            String skipped = component.skipped() == 0 ? "" : " (" + component.skipped() + " records skipped)";
            out.println("  " + (component.healthy() ? "ok     " : "FAILED ") + component.name() + ": "
                    + component.detail() + skipped);
        }
        for (AgentStatus.Model model : status.models()) {
            out.println("  model " + model.model() + ": version " + model.verifiedVersion() + " verified, "
                    + model.chainVersion() + " known"
                    + model.waitsFor()
                            .map(auditor -> "; version " + model.chainVersion() + " waits for the countersignature of "
                                    + auditor + " (" + Reason.NOT_COUNTERSIGNED.code() + ")")
                            .orElse(""));
        }
        for (AgentStatus.Budget budget : status.budgets()) {
            out.println(String.format(
                    Locale.ROOT,
                    "  privacy of %s: epsilon %.4g of %.4g spent at delta %s, %d more updates are paid for",
                    budget.model(),
                    budget.spentEpsilon(),
                    budget.epsilon(),
                    budget.delta(),
                    budget.remainingUpdates()));
        }
    }

    /** An update in one line. */
    static String line(UpdateStatus update) {
        String version = update.version() < 0 ? "" : " " + update.version();
        String reason = update.reason().map(r -> ": " + r.code()).orElse("");
        String detail = update.detail().isEmpty() ? "" : " (" + update.detail() + ")";
        return "update " + update.updateId().hex() + " of " + update.model() + " from base " + update.baseVersion()
                + ": " + update.state().code() + version + reason + detail;
    }
}
