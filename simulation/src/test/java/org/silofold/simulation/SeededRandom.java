package org.silofold.simulation;

import java.security.SecureRandom;
import java.util.Random;

/** Randomness for keys and shares that a seed determines: for simulations alone. */
final class SeededRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final Random random;

    SeededRandom(long seed) {
        this.random = new Random(seed);
    }

    @Override
    public void nextBytes(byte[] out) {
        random.nextBytes(out);
    }
}
