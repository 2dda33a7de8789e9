package org.silofold.silo.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.silofold.protocol.message.UpdateId;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.SiloException;
import org.silofold.silo.sdk.UpdateStatus;
import org.silofold.silo.sdk.UpdateStatus.State;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code silofold withdraw}: takes an update back, if no member has voted for it. */
@Command(
        name = "withdraw",
        description =
                "Take an update back before any member voted for it; its base is free once the committee says so.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:asked for, or with --wait: withdrawn",
            "1:it cannot be withdrawn, or the agent cannot be asked",
            "2:bad usage",
            "3:with --wait: it ended otherwise, or not in time"
        })
final class WithdrawCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SiloOption silo;

    @Option(names = "--update", required = true, paramLabel = "ID", description = "The update.")
    private String update;

    @Option(names = "--wait", paramLabel = "SECONDS", description = "Wait until it is withdrawn.")
    private Integer wait;

    @Override
    public Integer call() {
        UpdateId id = id();
        try (Silo connected = silo.connect()) {
            UpdateStatus status = connected.withdraw(id);
            if (wait != null) {
                status = ended(connected, id, status);
            }
            spec.commandLine().getOut().println(StatusCommand.line(status));
            return wait == null || status.state() == State.WITHDRAWN ? 0 : 3;
        }
    }

    private UpdateStatus ended(Silo connected, UpdateId id, UpdateStatus asked) {
        try {
            return connected.await(
                    id,
                    status -> status.state() == State.WITHDRAWN
                            || status.state() == State.IN_VERSION
                            || status.state() == State.SPENT,
                    Duration.ofSeconds(wait));
        } catch (SiloException e) {
            if (!e.code().equals(SiloException.TIMEOUT)) {
                throw e;
            }
            return asked;
        }
    }

    private UpdateId id() {
        try {
            return UpdateId.ofHex(update);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--update must have 32 hexadecimal digits", e);
        }
    }
}
