package org.silofold.demo.cluster;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * What was settled when a cluster was made; a file keeps it.
 *
 * @param spec what it is made of
 * @param ports where its parts listen
 */
record ClusterSettings(ClusterSpec spec, Ports ports) {
    private static final String SILOS = "silos";
    private static final String TASK_MANAGERS = "task-managers";
    private static final String MODEL_SIZE = "model-size";
    private static final String CHECKPOINT_MILLIS = "checkpoint-millis";
    private static final String BROKER = "port.broker";
    private static final String BEHIND_LINE = "port.behind-line";
    private static final String LINE = "port.line";
    private static final String ZOOKEEPER = "port.zookeeper";
    private static final String REST = "port.rest";
    private static final String AGENT = "port.agent.";

    void write(Path file) throws IOException {
        Properties properties = new Properties();
        properties.setProperty(SILOS, Integer.toString(spec.silos()));
        properties.setProperty(TASK_MANAGERS, Integer.toString(spec.taskManagers()));
        properties.setProperty(MODEL_SIZE, Integer.toString(spec.modelSize()));
        properties.setProperty(CHECKPOINT_MILLIS, Long.toString(spec.checkpointMillis()));
        properties.setProperty(BROKER, Integer.toString(ports.broker()));
        properties.setProperty(BEHIND_LINE, Integer.toString(ports.behindLine()));
        properties.setProperty(LINE, Integer.toString(ports.line()));
        properties.setProperty(ZOOKEEPER, Integer.toString(ports.zookeeper()));
        properties.setProperty(REST, Integer.toString(ports.rest()));
        for (int i = 0; i < ports.agents().size(); i++) {
            properties.setProperty(
                    AGENT + (i + 1), Integer.toString(ports.agents().get(i)));
        }
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, "A cluster of silofold cluster up");
        }
    }

    /**
     * @throws ClusterException if the file is not one that {@link #write} wrote
     */
    static ClusterSettings read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            throw new ClusterException(file.getParent() + ": not a cluster's directory; make one with cluster up", e);
        }
        try {
            ClusterSpec spec = new ClusterSpec(
                    number(properties, SILOS),
                    number(properties, TASK_MANAGERS),
                    number(properties, MODEL_SIZE),
                    number(properties, CHECKPOINT_MILLIS));
            List<Integer> agents = new ArrayList<>();
            for (int i = 1; i <= spec.silos(); i++) {
                agents.add(number(properties, AGENT + i));
            }
            return new ClusterSettings(
                    spec,
                    new Ports(
                            number(properties, BROKER),
                            number(properties, BEHIND_LINE),
                            number(properties, LINE),
                            number(properties, ZOOKEEPER),
                            number(properties, REST),
                            agents));
        } catch (IllegalArgumentException e) {
            throw new ClusterException(file + ": " + e.getMessage(), e);
        }
    }

    private static int number(Properties properties, String key) {
        try {
            return Integer.parseInt(properties.getProperty(key, ""));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + " must be a whole number", e);
        }
    }
}
