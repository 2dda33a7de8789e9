package org.silofold.silo.verify;

import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Topics of which not every record could be read.
 *
 * @param gone topics whose oldest records the log no longer holds
 * @param absent topics that do not exist, or that the reader may not read
 */
public record Gaps(SortedSet<String> gone, SortedSet<String> absent) {
    /** Nothing is missing. */
    public static final Gaps NONE = new Gaps(new TreeSet<>(), new TreeSet<>());

    /** Whether something is missing of one of these topics. */
    boolean anyOf(Collection<String> topics) {
        return topics.stream().anyMatch(this::of);
    }

    /** Whether something is missing of a topic. */
    boolean of(String topic) {
        return gone.contains(topic) || absent.contains(topic);
    }
}
