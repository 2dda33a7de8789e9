package org.silofold.job.event;

/**
 * A span of time, epoch milliseconds.
 *
 * @param fromMillis its begin
 * @param untilMillis its end, exclusive; the largest long for none
 */
public record TimeSpan(long fromMillis, long untilMillis) {
    /** Whether a moment lies in it. */
    public boolean contains(long atMillis) {
        return fromMillis <= atMillis && (atMillis < untilMillis || untilMillis == Long.MAX_VALUE);
    }
}
