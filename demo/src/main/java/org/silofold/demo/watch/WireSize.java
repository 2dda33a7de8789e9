package org.silofold.demo.watch;

/**
 * What masked updates take on the wire, counted from records of the log.
 *
 * @param updates updates counted
 * @param slots words the updates' shards have room for by the model's layout, padding of the last block included
 * @param wordBytes bytes of masked words that came out of the seals of those shards
 * @param recordBytes bytes of all records of the updates, shards and manifests, keys included
 */
public record WireSize(long updates, long slots, long wordBytes, long recordBytes) {
    /** Nothing counted yet. */
    public static final WireSize NONE = new WireSize(0, 0, 0, 0);

    /** Both together. */
    WireSize plus(WireSize other) {
        return new WireSize(
                updates + other.updates,
                slots + other.slots,
                wordBytes + other.wordBytes,
                recordBytes + other.recordBytes);
    }

    /**
     * Bytes of masked words for each word of the layout: what a parameter takes, the last block's padding aside.
     *
     * @throws IllegalStateException if no update was counted
     */
    public double bytesPerParameter() {
        return wordBytes / (double) counted(slots);
    }

    /**
     * Bytes of everything an update sends, on average.
     *
     * @throws IllegalStateException if no update was counted
     */
    public double bytesPerUpdate() {
        return recordBytes / (double) counted(updates);
    }

    private static long counted(long count) {
        if (count == 0) {
            throw new IllegalStateException("no update was counted");
        }
        return count;
    }
}
