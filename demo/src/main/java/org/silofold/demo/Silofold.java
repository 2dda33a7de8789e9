package org.silofold.demo;

import org.silofold.demo.cluster.ClusterCommand;
import org.silofold.demo.local.BrokerCommand;
import org.silofold.demo.soak.SoakCommand;
import org.silofold.kafka.TopicsCommand;
import org.silofold.silo.cli.Commands;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code silofold}: the root of all commands. */
@Command(
        name = "silofold",
        description = "Post-quantum secure aggregation for cross-silo federated learning.",
        mixinStandardHelpOptions = true,
        version = "silofold 0.1.0",
        footer = {
            "",
            "Flink's own programs, run by the launcher: silofold jobmanager, silofold taskmanager, silofold flink run ..."
        },
        subcommands = {
            DemoCommand.class,
            TopicsCommand.class,
            BrokerCommand.class,
            ClusterCommand.class,
            SoakCommand.class
        })
public final class Silofold {
    private Silofold() {}

    /** The root command with all subcommands. */
    static CommandLine commandLine() {
        CommandLine root = new CommandLine(new Silofold());
        Commands.all().forEach(root::addSubcommand);
        return Commands.failingInOneLine(root);
    }

    /** Runs a command and exits with its code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }
}
