package org.silofold.silo.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.silo.admin.AdminException;
import org.silofold.silo.agent.AgentException;
import org.silofold.silo.party.PartyException;
import org.silofold.silo.sdk.SiloException;
import picocli.CommandLine;

/** The commands of this module, and how each of them fails. */
public final class Commands {
    private static final List<Class<? extends Exception>> EXPLAINED = List.of(
            AdminException.class,
            AgentException.class,
            PartyException.class,
            SiloException.class,
            RejectedException.class,
            KafkaException.class,
            IOException.class,
            UncheckedIOException.class);

    private Commands() {}

    /** Fresh instances of all commands, for a root command of any program. */
    public static List<Object> all() {
        return List.of(
                new FederationCommand(),
                new SiloCommand(),
                new AgentCommand(),
                new AuditorCommand(),
                new VerifyLogCommand(),
                new SubmitCommand(),
                new WithdrawCommand(),
                new ModelCommand(),
                new StatusCommand());
    }

    /**
     * Makes every failure one line on standard error. An exception that nobody explained names its class as well, so that it can be
     * reported; none shows a stack trace. Wrong usage names the command's help instead of printing it.
     */
    public static CommandLine failingInOneLine(CommandLine commandLine) {
        commandLine.setParameterExceptionHandler((wrong, arguments) -> {
            CommandLine command = wrong.getCommandLine();
            String name = command.getCommandSpec().qualifiedName(" ");
            command.getErr().println(name + ": " + firstLine(wrong.getMessage()) + "; see " + name + " --help");
            return command.getCommandSpec().exitCodeOnInvalidInput();
        });
        return commandLine.setExecutionExceptionHandler((thrown, command, result) -> {
            command.getErr().println(command.getCommandSpec().qualifiedName(" ") + ": " + line(thrown));
            return command.getCommandSpec().exitCodeOnExecutionException();
        });
    }

    private static String line(Exception thrown) {
        Throwable root = thrown instanceof UncheckedIOException ? thrown.getCause() : thrown;
        String message = root instanceof FileSystemException file ? explained(file) : firstLine(root.getMessage());
        boolean explained = EXPLAINED.stream().anyMatch(type -> type.isInstance(thrown)) && !message.isEmpty();
        return explained ? message : root.getClass().getSimpleName() + ": " + message;
    }

    /** The JDK's message is often the file's name alone. */
    private static String explained(FileSystemException thrown) {
        if (thrown instanceof NoSuchFileException) {
            return thrown.getFile() + ": no such file";
        }
        if (thrown instanceof AccessDeniedException) {
            return thrown.getFile() + ": permission denied";
        }
        return thrown.getFile() + ": "
                + (thrown.getReason() == null ? thrown.getClass().getSimpleName() : thrown.getReason());
    }

    private static String firstLine(String message) {
        return String.valueOf(message).lines().findFirst().orElse("");
    }
}
