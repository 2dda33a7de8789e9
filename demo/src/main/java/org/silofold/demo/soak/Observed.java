package org.silofold.demo.soak;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What was seen of a fault. Rates are updates that came into versions in a span of time.
 *
 * @param kind what went wrong
 * @param silo whose agent it hit alone, if it is of such a kind
 * @param what which part, and how long, in words
 * @param before while nothing was wrong, right before it
 * @param during from its beginning to its end, when every part had been started again
 * @param recovery from its end to the second version after it
 * @param after while nothing was wrong, right after that
 */
record Observed(
        FaultKind kind, Optional<String> silo, String what, Span before, Span during, Duration recovery, Span after) {
    /**
     * A span of a run.
     *
     * @param length how long
     * @param bySilo updates that came into versions in it, by silo
     */
    record Span(Duration length, Map<String, Long> bySilo) {
        Span {
            bySilo = Map.copyOf(bySilo);
        }

        long updates() {
            return bySilo.values().stream().mapToLong(Long::longValue).sum();
        }

        long updatesOf(String silo) {
            return bySilo.getOrDefault(silo, 0L);
        }
    }
}
