package org.silofold.silo.member;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The receipts that were said a moment ago. Whoever sends a manifest again is told again, so that nothing is lost; whoever floods a manifest would
 * have every member sign, and the aggregator verify, as many receipts. Not thread-safe.
 */
final class RecentReceipts {
    /** For how long the same receipt is not said again. */
    static final Duration PAUSE = Duration.ofSeconds(5);

    private static final int REMEMBERED = 4096;

    private final LongSupplier nanos;
    private final Map<MemberEffect.SendReceipt, Long> said = new LinkedHashMap<>();

    /** @param nanos a clock as {@link System#nanoTime} */
    RecentReceipts(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Whether this receipt is to be said now; then it is taken as said. */
    boolean isDue(MemberEffect.SendReceipt receipt) {
        long now = nanos.getAsLong();
        Long before = said.get(receipt);
        if (before != null && now - before < PAUSE.toNanos()) {
            return false;
        }
        said.remove(receipt);
        said.put(receipt, now);
        if (said.size() > REMEMBERED) {
            said.remove(said.keySet().iterator().next());
        }
        return true;
    }
}
