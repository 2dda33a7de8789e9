package org.silofold.demo.cluster;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A part in the table of {@code silofold cluster status}.
 *
 * @param part which
 * @param pid its process's number, if it was ever started
 * @param alive whether that process runs
 * @param since when it was started
 * @param well whether it does its work
 * @param line one line on its health
 * @param version newest verified version, of an agent; -1 otherwise
 */
public record PartStatus(
        Part part, OptionalLong pid, boolean alive, Optional<Instant> since, boolean well, String line, long version) {}
