package org.silofold.fuzz;

import java.util.Arrays;
import java.util.List;

/** Decisions taken from a fuzzer's bytes, one after another; zeros once they are used up. */
public final class Choices {
    private final byte[] data;
    private int position;

    /** @param data not copied, not changed */
    public Choices(byte[] data) {
        this.data = data;
    }

    /** Whether bytes are left. */
    public boolean more() {
        return position < data.length;
    }

    /** A number from 0 to bound - 1; takes one byte for bounds up to 256, else four. */
    public int below(int bound) {
        return bound <= 256 ? next() % bound : Math.floorMod((int) number(4), bound);
    }

    /** True once in so many. */
    public boolean oneIn(int times) {
        return below(times) == times - 1;
    }

    /** A number of eight bytes. */
    public long number() {
        return number(8);
    }

    /** One of these. */
    public <T> T of(List<T> values) {
        return values.get(below(values.size()));
    }

    /** The next bytes, at most so many. */
    public byte[] bytes(int atMost) {
        int to = Math.min(data.length, position + atMost);
        byte[] bytes = Arrays.copyOfRange(data, position, to);
        position = to;
        return bytes;
    }

    /** All bytes that are left. */
    public byte[] rest() {
        return bytes(data.length);
    }

    private int next() {
        return more() ? data[position++] & 0xff : 0;
    }

    private long number(int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | next();
        }
        return value;
    }
}
