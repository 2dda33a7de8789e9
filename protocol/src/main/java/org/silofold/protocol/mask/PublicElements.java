package org.silofold.protocol.mask;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.silofold.protocol.key.Hkdf;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * The public ring elements a_b of one federation, model and epoch, one for each block b, in the transform's domain. They follow from
 * names alone, so nobody chooses them; expanding public elements by AES is what FrodoKEM-AES does for its matrix. Thread-safe.
 */
public final class PublicElements {
    private static final byte[] INFO = "silofold/v1/ring-a".getBytes(StandardCharsets.US_ASCII);

    private final ParameterSet set;
    private final byte[] key;

    private PublicElements(ParameterSet set, byte[] key) {
        this.set = set;
        this.key = key;
    }

    /**
     * The elements of this context.
     *
     * @param federation the federation's name, not empty, without {@code |}
     * @param model the model's name, not empty, without {@code |}
     * @param epoch the roster epoch, 0 or more
     * @throws RejectedException {@link Reason#INVALID_FIELD} if a name or the epoch is not such
     */
    public static PublicElements of(ParameterSet set, String federation, String model, int epoch) {
        requireName("federation", federation);
        requireName("model", model);
        if (epoch < 0) {
            throw new RejectedException(Reason.INVALID_FIELD, "epoch is negative: " + epoch);
        }
        String context = federation + "|" + model + "|" + epoch + "|" + set.name();
        byte[] key = Hkdf.derive(context.getBytes(StandardCharsets.UTF_8), INFO, KeyStream.KEY_LENGTH);
        return new PublicElements(set, key);
    }

    /** The parameter set. */
    public ParameterSet set() {
        return set;
    }

    /**
     * Writes a_b into the first N places.
     *
     * @param block b, 0 or more
     * @param out N words in the transform's domain, in the slot order of {@link Ring#forward}
     */
    public void expand(long block, int[] out) {
        if (block < 0 || out.length != set.n()) {
            throw new IllegalArgumentException("block " + block + " into " + out.length + " words");
        }
        Uniform.fill(set, KeyStream.of(key, block), out);
    }

    private static void requireName(String what, String name) {
        if (Objects.requireNonNull(name).isEmpty() || name.indexOf('|') >= 0) {
            throw new RejectedException(Reason.INVALID_FIELD, what + " is empty or holds a '|'");
        }
    }
}
