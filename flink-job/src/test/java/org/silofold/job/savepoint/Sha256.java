package org.silofold.job.savepoint;

import java.nio.ByteBuffer;
import org.silofold.protocol.message.Digest;

/** Arrays as a line of text can show them: how many values, and the SHA-256 of their big-endian bytes. */
public final class Sha256 {
    private Sha256() {}

    /** Of bytes. */
    public static String of(byte[] bytes) {
        return bytes.length + " bytes " + Digest.sha256(bytes).hex();
    }

    /** Of words. */
    public static String of(int[] words) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * words.length);
        bytes.asIntBuffer().put(words);
        return words.length + " words " + Digest.sha256(bytes.array()).hex();
    }

    /** Of numbers. */
    public static String of(float[] numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * numbers.length);
        bytes.asFloatBuffer().put(numbers);
        return numbers.length + " floats " + Digest.sha256(bytes.array()).hex();
    }
}
