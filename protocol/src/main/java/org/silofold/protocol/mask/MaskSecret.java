package org.silofold.protocol.mask;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.silofold.protocol.key.Hkdf;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.params.ParameterSet;

/**
 * The secret s of one update: N uniform words in coefficient order. Fresh for every update, shared out by {@code Dealer}, used by one
 * {@link Masker}, and wiped by {@link #close()}.
 */
public final class MaskSecret implements AutoCloseable {
    /** Bytes of a seed. */
    public static final int SEED_LENGTH = 32;

    private static final byte[] INFO = "silofold/v1/mask-secret".getBytes(StandardCharsets.US_ASCII);

    private final ParameterSet set;
    private final int[] words;
    private boolean closed;

    private MaskSecret(ParameterSet set, int[] words) {
        this.set = set;
        this.words = words;
    }

    /**
     * The secret that this seed expands to.
     *
     * @param seed {@value #SEED_LENGTH} bytes; the caller closes it
     */
    public static MaskSecret fromSeed(ParameterSet set, SecretBytes seed) {
        if (seed.length() != SEED_LENGTH) {
            throw new IllegalArgumentException("a seed has " + SEED_LENGTH + " bytes, not " + seed.length());
        }
        byte[] ikm = seed.toBytes();
        byte[] key = Hkdf.derive(ikm, INFO, KeyStream.KEY_LENGTH);
        try {
            return new MaskSecret(set, Uniform.words(set, KeyStream.of(key), set.n()));
        } finally {
            Arrays.fill(ikm, (byte) 0);
            Arrays.fill(key, (byte) 0);
        }
    }

    /** A secret of a fresh seed. */
    public static MaskSecret fresh(ParameterSet set, SecureRandom random) {
        byte[] bytes = new byte[SEED_LENGTH];
        random.nextBytes(bytes);
        try (SecretBytes seed = SecretBytes.takeOver(bytes)) {
            return fromSeed(set, seed);
        }
    }

    /** The parameter set. */
    public ParameterSet set() {
        return set;
    }

    /**
     * A copy of the N words, owned by the caller, who wipes it.
     *
     * @throws IllegalStateException after {@link #close()}
     */
    public int[] toWords() {
        if (closed) {
            throw new IllegalStateException("this secret was wiped");
        }
        return words.clone();
    }

    /** Overwrites the words with zeros. */
    @Override
    public void close() {
        closed = true;
        Arrays.fill(words, 0);
    }

    /** The size alone. */
    @Override
    public String toString() {
        return "MaskSecret[" + set.name() + "]";
    }
}
