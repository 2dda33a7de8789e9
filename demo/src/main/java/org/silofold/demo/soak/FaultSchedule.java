package org.silofold.demo.soak;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Faults without end, all from one seed: every kind once in an order drawn anew, then every kind again. */
final class FaultSchedule {
    private static final int LONGEST_DEATH_MILLIS = 5_000;
    private static final int SHORTEST_WHILE_MILLIS = 10_000;
    private static final int LONGEST_WHILE_MILLIS = 30_000;

    private final Random random;
    private final Set<FaultKind> kinds;
    private final int longestMillis;
    private final Deque<FaultKind> round = new ArrayDeque<>();
    private final Set<FaultKind> seen = EnumSet.noneOf(FaultKind.class);

    /**
     * @param kinds of which it is made
     * @param longest how long a line may be out, at least ten seconds; the first cut of a silo is as long
     */
    FaultSchedule(long seed, Collection<FaultKind> kinds, Duration longest) {
        this.random = new Random(seed);
        this.kinds = EnumSet.copyOf(kinds);
        this.longestMillis = Math.toIntExact(longest.toMillis());
    }

    Fault next() {
        if (round.isEmpty()) {
            // Always of all: a seed gives the same order where a kind is left out.
            List<FaultKind> shuffled = new ArrayList<>(List.of(FaultKind.values()));
            Collections.shuffle(shuffled, random);
            shuffled.stream().filter(kinds::contains).forEach(round::add);
        }
        FaultKind kind = round.remove();
        return new Fault(kind, random.nextInt(Integer.MAX_VALUE), Duration.ofMillis(lasts(kind)));
    }

    private int lasts(FaultKind kind) {
        boolean first = seen.add(kind);
        return switch (kind.length()) {
            case NONE -> 0;
            case DEATH -> random.nextInt(LONGEST_DEATH_MILLIS);
            case WHILE -> random.nextInt(SHORTEST_WHILE_MILLIS, LONGEST_WHILE_MILLIS);
            // Short ones are more frequent, as they are in life: even on a scale of logarithms.
            case LONG ->
                first && kind == FaultKind.SILO_CUT_OFF
                        ? longestMillis
                        : (int) (SHORTEST_WHILE_MILLIS
                                * Math.pow((double) longestMillis / SHORTEST_WHILE_MILLIS, random.nextDouble()));
        };
    }
}
