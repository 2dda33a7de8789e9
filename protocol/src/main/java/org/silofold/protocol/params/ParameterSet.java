package org.silofold.protocol.params;

import java.util.Map;
import java.util.Objects;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * A ring Z_q[X]/(X^N + 1) with a number-theoretic transform, and the width of the mask's error in it.
 *
 * @param name the name on the wire: capitals, digits and hyphens
 * @param n the degree N, a power of two, 8..32768: coefficients of a block
 * @param q the modulus, a prime below 2^32 with q = 1 modulo 2N
 * @param sigma standard deviation parameter of the discrete Gaussian error, in units
 * @param tailSigmas the error is cut at this many sigma
 */
public record ParameterSet(String name, int n, long q, double sigma, int tailSigmas) {
    /** One parameter in 32 bits: N = 2048, q = 2^32 - 2^20 + 1, sigma = 6.4 cut at 13 sigma. */
    public static final ParameterSet MASK_2048_32 = new ParameterSet("MASK-2048-32", 2048, 4293918721L, 6.4, 13);

    private static final Map<String, ParameterSet> BY_NAME = Map.of(MASK_2048_32.name(), MASK_2048_32);

    /** @throws IllegalArgumentException if such a ring has no transform or the error does not fit it */
    public ParameterSet {
        Objects.requireNonNull(name);
        if (!name.matches("[A-Z0-9-]{1,64}")) {
            throw new IllegalArgumentException("a parameter set is named by capitals, digits and hyphens: " + name);
        }
        if (n < 8 || n > 32768 || Integer.bitCount(n) != 1) {
            throw new IllegalArgumentException("N is a power of two in 8..32768, not " + n);
        }
        if (q >>> 32 != 0 || !isPrime(q) || q % (2L * n) != 1) {
            throw new IllegalArgumentException("q is a prime below 2^32 and 1 modulo 2N, not " + q);
        }
        if (!(sigma >= 0.5) || tailSigmas < 6 || !(sigma * tailSigmas < q / 64.0)) {
            throw new IllegalArgumentException("an error of sigma " + sigma + " cut at " + tailSigmas
                    + " sigma is too narrow, or too wide for q = " + q);
        }
    }

    /**
     * The parameter set that a message or policy names.
     *
     * @throws RejectedException {@link Reason#WRONG_PARAMETER_SET} if none has that name
     */
    public static ParameterSet byName(String name) {
        ParameterSet set = name == null ? null : BY_NAME.get(name);
        if (set == null) {
            throw new RejectedException(Reason.WRONG_PARAMETER_SET, "unknown parameter set: " + name);
        }
        return set;
    }

    /** The largest magnitude the error can be counted with: {@code ceil(tailSigmas * sigma)}, 84 for MASK-2048-32. */
    public int noiseTail() {
        return (int) Math.ceil(tailSigmas * sigma);
    }

    /** Bytes of one block: N words of four bytes. */
    public int blockBytes() {
        return 4 * n;
    }

    private static boolean isPrime(long candidate) {
        if (candidate < 3 || candidate % 2 == 0) {
            return false;
        }
        for (long divisor = 3; divisor * divisor <= candidate; divisor += 2) {
            if (candidate % divisor == 0) {
                return false;
            }
        }
        return true;
    }
}
