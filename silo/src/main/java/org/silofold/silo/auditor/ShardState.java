package org.silofold.silo.auditor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.silofold.protocol.message.Digest;

/**
 * One shard of a model as its server optimiser leaves it. Arrays of one length, owned by this value.
 *
 * @param parameters x
 * @param firstMoment m, zeros where no optimiser has used one
 * @param secondMoment v, likewise
 */
public record ShardState(float[] parameters, float[] firstMoment, float[] secondMoment) {
    /** A shard with these parameters and no moments yet. */
    static ShardState initial(float[] parameters) {
        return new ShardState(parameters, new float[parameters.length], new float[parameters.length]);
    }

    /** The digest that is this shard's leaf in the published model's tree: SHA-256 of the parameters, float32 little-endian. */
    Digest leaf() {
        return Digest.sha256(bytes(parameters));
    }

    static byte[] bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    static float[] floats(ByteBuffer bytes) {
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }
}
