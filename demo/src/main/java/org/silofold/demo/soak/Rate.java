package org.silofold.demo.soak;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Updates a minute over spans of several faults together; not a number for no time at all. */
final class Rate {
    private static final double NANOS_A_MINUTE = 60e9;

    private Rate() {}

    /**
     * @param faults those whose spans are taken together
     * @param span which span of each
     * @param updates how many of its updates count
     */
    static String perMinute(
            List<Observed> faults, Function<Observed, Observed.Span> span, ToDoubleFunction<Observed> updates) {
        double minutes = faults.stream()
                        .map(span)
                        .map(Observed.Span::length)
                        .mapToDouble(Duration::toNanos)
                        .sum()
                / NANOS_A_MINUTE;
        return String.format(
                Locale.ROOT, "%.0f", faults.stream().mapToDouble(updates).sum() / minutes);
    }

    /** Of all silos together. */
    static String ofAll(List<Observed> faults, Function<Observed, Observed.Span> span) {
        return perMinute(faults, span, seen -> span.apply(seen).updates());
    }

    /** Of the one silo that each was hit. */
    static String ofHit(List<Observed> faults, Function<Observed, Observed.Span> span) {
        return perMinute(faults, span, seen -> hit(seen, span));
    }

    /** Of one of the others, on average. */
    static String ofAnother(List<Observed> faults, Function<Observed, Observed.Span> span, int silos) {
        return perMinute(faults, span, seen -> (span.apply(seen).updates() - hit(seen, span)) / (silos - 1.0));
    }

    private static long hit(Observed seen, Function<Observed, Observed.Span> span) {
        return seen.silo().map(span.apply(seen)::updatesOf).orElse(0L);
    }
}
