package org.silofold.demo.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.silofold.demo.founding.Founding;

/**
 * What each part's process runs.
 *
 * @param directory the cluster's
 * @param settings its size and ports
 * @param installation the programs
 */
record PartCommands(ClusterDirectory directory, ClusterSettings settings, Installation installation) {
    private static final String SILOFOLD = "org.silofold.demo.Silofold";
    private static final int AGENT_HEAP = 256;
    private static final String LOOPBACK = "127.0.0.1";

    List<String> of(Part part, Founding founding) {
        return switch (part.kind()) {
            case ZOOKEEPER ->
                flink(
                        96,
                        "org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer",
                        "--zkConfigFile",
                        directory.zookeeperConfig().toString(),
                        "--peerId",
                        "1");
            case BROKER ->
                silofold(
                        384,
                        "broker",
                        "--dir",
                        directory.kafka().toString(),
                        "--port",
                        Integer.toString(settings.ports().broker()),
                        "--forwarded",
                        settings.ports().behindLine() + ":" + settings.ports().line());
            case JOB_MANAGER ->
                flink(
                        512,
                        "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                        "--configDir",
                        directory.flink().toString(),
                        "--host",
                        LOOPBACK,
                        "-D",
                        "io.tmp.dirs=" + directory.flinkTemporary(part));
            case TASK_MANAGER ->
                flink(
                        FlinkFiles.taskManagerHeap(settings.spec()),
                        "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                        "--configDir",
                        directory.flink().toString(),
                        "-D",
                        "taskmanager.resource-id=" + part.name(),
                        "-D",
                        "io.tmp.dirs=" + directory.flinkTemporary(part));
            case AGENT ->
                silofold(
                        AGENT_HEAP,
                        "agent",
                        "--dir",
                        founding.party(part.silo()).toString(),
                        "--port",
                        Integer.toString(settings.ports().agents().get(part.number() - 1)));
        };
    }

    /**
     * An agent with a wrong clock.
     *
     * @param ahead how far ahead of the system's; negative for behind
     */
    List<String> shifted(Part agent, Founding founding, Duration ahead) {
        return silofold(AGENT_HEAP)
                .main(
                        installation.silofold(),
                        ShiftedAgent.class.getName(),
                        List.of(
                                founding.party(agent.silo()).toString(),
                                Integer.toString(settings.ports().agents().get(agent.number() - 1)),
                                Long.toString(ahead.toSeconds())));
    }

    private List<String> silofold(int heap, String... arguments) {
        return silofold(heap).main(installation.silofold(), SILOFOLD, List.of(arguments));
    }

    private JvmCommand silofold(int heap) {
        return JvmCommand.of(heap, installation.jvmOptions())
                .property("silofold.log.libraries", "warn")
                .property("silofold.log", "info");
    }

    private List<String> flink(int heap, String main, String... arguments) {
        return JvmCommand.of(heap, installation.jvmOptions())
                .property("log4j2.configurationFile", directory.flinkLogging().toUri())
                .main(installation.flink(), main, List.of(arguments));
    }

    /**
     * Flink's client as it submits the job.
     *
     * @param restore checkpoint or savepoint to start from
     * @param parallelism of the job
     */
    List<String> submission(Optional<String> restore, int parallelism) {
        List<String> arguments = new ArrayList<>(List.of("run", "-d"));
        installation.jobCode().forEach(code -> arguments.addAll(List.of("-C", code.toString())));
        restore.ifPresent(from -> arguments.addAll(List.of("--fromSavepoint", from)));
        arguments.addAll(List.of(
                "-c",
                "org.silofold.job.AggregationJob",
                installation.jobJar().toString(),
                "--config",
                directory.job().toString(),
                "--parallelism",
                Integer.toString(parallelism)));
        return JvmCommand.of(256, installation.jvmOptions())
                .property("log4j2.configurationFile", directory.flinkLogging().toUri())
                .main(installation.flink(), "org.apache.flink.client.cli.CliFrontend", arguments);
    }
}
