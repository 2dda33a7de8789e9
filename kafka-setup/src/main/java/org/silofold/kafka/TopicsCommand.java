package org.silofold.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code silofold topics plan|apply}: compares a Kafka cluster with what a federation needs, and brings it there. */
@Command(
        name = "topics",
        description = "Plan (the default, changes nothing) or apply the topics and ACLs of a federation.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:no drift, or applied", "1:the cluster could not be read or changed", "2:bad usage", "3:drift"
        })
public final class TopicsCommand implements Callable<Integer> {
    /** Exit code of {@code plan} when the cluster differs from what is desired. */
    public static final int DRIFT = 3;

    @Spec
    private CommandSpec spec;

    @Option(names = "--bootstrap", required = true, paramLabel = "HOST:PORT", description = "Kafka bootstrap servers.")
    private String bootstrap;

    @Option(names = "--silos", split = ",", required = true, paramLabel = "NAME", description = "The silos.")
    private List<String> silos;

    @Option(names = "--members", split = ",", paramLabel = "NAME", description = "The committee; the silos by default.")
    private List<String> members;

    @Option(names = "--auditors", split = ",", paramLabel = "NAME", description = "The auditors; none by default.")
    private List<String> auditors = List.of();

    @Option(names = "--aggregator", defaultValue = "aggregator", description = "The aggregator (${DEFAULT-VALUE}).")
    private String aggregator;

    @Option(names = "--authority", defaultValue = "authority", description = "The authority (${DEFAULT-VALUE}).")
    private String authority;

    @Option(names = "--prefix", defaultValue = "", description = "Put before every topic name.")
    private String prefix;

    @Option(
            names = "--deployment",
            defaultValue = "silofold",
            description =
                    "The job's option deployment, for the ACLs of its groups and transactions (${DEFAULT-VALUE}).")
    private String deployment;

    @Option(names = "--replication", defaultValue = "1", description = "Replication factor (${DEFAULT-VALUE}).")
    private short replication;

    @Option(names = "--client-config", paramLabel = "FILE", description = "Kafka client properties, for TLS and such.")
    private Path clientConfig;

    @CommandLine.Parameters(index = "0", arity = "0..1", defaultValue = "plan", description = "plan or apply.")
    private String action;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (!action.equals("plan") && !action.equals("apply")) {
            throw new CommandLine.ParameterException(spec.commandLine(), "expected plan or apply, not " + action);
        }
        Federation federation = new Federation(
                prefix,
                deployment,
                aggregator,
                authority,
                silos,
                members == null ? silos : members,
                auditors,
                replication);
        try (Admin admin = Admin.create(adminConfig())) {
            ClusterAdmin cluster = new ClusterAdmin(admin);
            Plan plan = cluster.plan(federation);
            plan.changes().forEach(change -> out.println(change.describe()));
            if (!plan.drift()) {
                out.println("no drift: " + Desired.of(federation).topics().size() + " topics are as desired");
                return 0;
            }
            if (action.equals("plan")) {
                out.println(plan.applicable().size() + " change(s) to make; nothing was changed");
                return DRIFT;
            }
            cluster.apply(plan);
            out.println("applied " + plan.applicable().size() + " change(s)");
            return 0;
        } catch (SetupException | KafkaException | IOException e) {
            spec.commandLine().getErr().println("silofold topics: " + bootstrap + ": " + firstLine(e));
            return 1;
        }
    }

    private Properties adminConfig() throws IOException {
        Properties config = new Properties();
        if (clientConfig != null) {
            try (InputStream in = Files.newInputStream(clientConfig)) {
                config.load(in);
            }
        }
        config.setProperty(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        config.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "20000");
        config.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000");
        return config;
    }

    private static String firstLine(Exception e) {
        Throwable root = e instanceof KafkaException && e.getCause() != null ? e.getCause() : e;
        if (root instanceof TimeoutException || e.getCause() instanceof TimeoutException) {
            return "no broker answers";
        }
        return String.valueOf(root.getMessage())
                .lines()
                .findFirst()
                .orElse(root.getClass().getSimpleName());
    }

    /** Runs the command and exits with its code. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new TopicsCommand()).execute(args));
    }
}
