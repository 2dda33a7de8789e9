package org.silofold.job.fold;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Between float32 little-endian and arrays of floats, bit for bit. */
final class FloatBytes {
    private FloatBytes() {}

    static float[] floats(byte[] bytes) {
        float[] floats = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
        return floats;
    }

    static byte[] bytes(float[] floats) {
        byte[] bytes = new byte[floats.length * Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(floats);
        return bytes;
    }
}
