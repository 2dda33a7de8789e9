package org.silofold.demo.cluster;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;

/**
 * Which process each part was last started as: a file for each, replaced at once.
 *
 * @param directory where the files are; parts run in the directory above it
 */
record ProcessTable(Path directory) {
    private static final String PID = "pid";
    private static final String START = "start";
    private static final String SINCE = "since";

    void write(Part part, PartProcess process) throws IOException {
        Properties properties = new Properties();
        properties.setProperty(PID, Long.toString(process.identity().pid()));
        properties.setProperty(START, process.identity().start());
        properties.setProperty(SINCE, process.since().toString());
        Path fresh = directory.resolve(part.name() + ".new");
        try (Writer writer = Files.newBufferedWriter(fresh)) {
            properties.store(writer, null);
        }
        Files.move(fresh, file(part), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Nothing for a part that was never started here: what runs elsewhere is the part of a cluster that this directory is a copy of. */
    Optional<PartProcess> read(Part part) throws IOException {
        if (!Files.exists(file(part))) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file(part))) {
            properties.load(reader);
            ProcessIdentity identity = new ProcessIdentity(
                    Long.parseLong(properties.getProperty(PID, "")), properties.getProperty(START, ""));
            PartProcess process = new PartProcess(identity, Instant.parse(properties.getProperty(SINCE, "")));
            return process.alive() && !identity.runsIn(directory.resolveSibling("."))
                    ? Optional.empty()
                    : Optional.of(process);
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            throw new ClusterException(file(part) + ": not the record of a process: " + e.getMessage(), e);
        }
    }

    /** The part's process, if it runs. */
    Optional<ProcessHandle> running(Part part) throws IOException {
        return read(part).flatMap(PartProcess::handle);
    }

    private Path file(Part part) {
        return directory.resolve(part.name() + ".properties");
    }
}
