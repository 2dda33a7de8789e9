package org.silofold.protocol.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/** Values that tests build on. */
public final class Samples {
    /** A context of the purpose UPDATE_SHARD. */
    public static final Context CONTEXT = new Context(
            1, Suite.ML_KEM_768_ML_DSA_65.text(), "hearts", 7, digest(1), 3, "model-a", "silo-1", Purpose.UPDATE_SHARD);

    private Samples() {}

    /** A digest that differs for each number. */
    public static Digest digest(int number) {
        return Digest.sha256(new byte[] {(byte) (number >> 8), (byte) number});
    }

    /** An update id that differs for each number. */
    public static UpdateId updateId(int number) {
        byte[] bytes = new byte[UpdateId.LENGTH];
        bytes[0] = (byte) (number >> 8);
        bytes[1] = (byte) number;
        return UpdateId.of(bytes);
    }

    /** Bytes that follow from a seed. */
    public static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Asserts that a call is refused for this reason. */
    public static void assertRejected(Reason reason, ThrowingCallable call) {
        RejectedException rejected = catchThrowableOfType(RejectedException.class, call);
        assertThat(rejected).as("a refusal").isNotNull();
        assertThat(rejected.reason()).isEqualTo(reason);
    }
}
