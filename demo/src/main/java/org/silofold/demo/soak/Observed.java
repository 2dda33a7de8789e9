package org.silofold.demo.soak;

import java.time.Duration;

/**
 * What was seen of a fault. Rates are updates that came into versions in a span of time.
 *
 * @param kind what went wrong
 * @param what which part, and how long, in words
 * @param before while nothing was wrong, right before it
 * @param during from its beginning to its end, when every part had been started again
 * @param recovery from its end to the second version after it
 * @param after while nothing was wrong, right after that
 */
record Observed(FaultKind kind, String what, Span before, Span during, Duration recovery, Span after) {
    /**
     * A span of a run.
     *
     * @param length how long
     * @param updates that came into versions in it
     */
    record Span(Duration length, long updates) {
        static final Span NONE = new Span(Duration.ZERO, 0);

        Span plus(Span other) {
            return new Span(length.plus(other.length), updates + other.updates);
        }

        /** Updates a minute; not a number for no time at all. */
        double perMinute() {
            return updates / (length.toNanos() / 60e9);
        }
    }
}
