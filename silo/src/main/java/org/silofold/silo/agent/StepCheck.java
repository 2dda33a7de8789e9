package org.silofold.silo.agent;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * Checks that no parameter moved further between two versions than the server optimiser can move it. Reads both files a piece at a time, so
 * it needs little memory whatever the model's size.
 */
final class StepCheck {
    private static final int PIECE = 1 << 20;

    private StepCheck() {}

    /**
     * Compares two versions.
     *
     * @param before the older version's parameters, float32 little-endian
     * @param after the newer version's, as many
     * @param bound the furthest move of one parameter over all steps between them
     * @param steps how many steps that are; each may round the parameter by half an ulp
     * @throws RejectedException {@link Reason#MODEL_NOT_VERIFIED} naming the first parameter that moved too far or is not finite
     */
    static void moved(FileChannel before, FileChannel after, double bound, long steps) throws IOException {
        long size = after.size();
        if (before.size() != size) {
            throw new RejectedException(Reason.MODEL_NOT_VERIFIED, "the version before has another size");
        }
        ByteBuffer old = buffer();
        ByteBuffer fresh = buffer();
        for (long at = 0; at < size; at += PIECE) {
            int length = (int) Math.min(PIECE, size - at);
            compare(read(before, old, at, length), read(after, fresh, at, length), bound, steps, at / Float.BYTES);
        }
    }

    /** Checks that every parameter is finite. */
    static void finite(FileChannel file) throws IOException {
        ByteBuffer buffer = buffer();
        long size = file.size();
        for (long at = 0; at < size; at += PIECE) {
            FloatBuffer values = read(file, buffer, at, (int) Math.min(PIECE, size - at));
            for (int i = 0; i < values.limit(); i++) {
                if (!Float.isFinite(values.get(i))) {
                    throw notFinite(at / Float.BYTES + i);
                }
            }
        }
    }

    private static void compare(FloatBuffer old, FloatBuffer fresh, double bound, long steps, long first) {
        for (int i = 0; i < fresh.limit(); i++) {
            float after = fresh.get(i);
            if (!Float.isFinite(after)) {
                throw notFinite(first + i);
            }
            double before = old.get(i);
            // Over several steps an intermediate value, and so its rounding, may be larger than both ends by the bound.
            double rounding =
                    Math.ulp((float) Math.min(Float.MAX_VALUE, Math.max(Math.abs(after), Math.abs(before)) + bound));
            if (!(Math.abs(after - before) <= bound + steps * rounding)) {
                throw new RejectedException(
                        Reason.MODEL_NOT_VERIFIED,
                        "parameter " + (first + i) + " moved by " + (after - before) + ", the optimiser's bound is "
                                + bound);
            }
        }
    }

    private static RejectedException notFinite(long index) {
        return new RejectedException(Reason.MODEL_NOT_VERIFIED, "parameter " + index + " is not finite");
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static FloatBuffer read(FileChannel file, ByteBuffer buffer, long at, int length) throws IOException {
        buffer.clear().limit(length);
        long position = at;
        while (buffer.hasRemaining()) {
            int count = file.read(buffer, position);
            if (count < 0) {
                throw new EOFException("a model file became shorter while it was read");
            }
            position += count;
        }
        return buffer.flip().asFloatBuffer();
    }
}
