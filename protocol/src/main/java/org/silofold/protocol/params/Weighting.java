package org.silofold.protocol.params;

import java.util.Objects;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * How much an update counts. A silo applies its weight before it encodes, so the weight stays as hidden as the update.
 *
 * <p>EXAMPLES: {@code min(examples, cap) / cap * (1 + tau)^-alpha}; UNIFORM: {@code (1 + tau)^-alpha}; never below minWeight. The
 * polynomial staleness discount is that of FedAsync (Xie, Koyejo, Gupta 2019, section 5).
 *
 * @param rule whether examples count
 * @param examplesCap examples beyond which a silo gains no more weight, 1 or more
 * @param alpha exponent of the staleness discount, 0..16; 0 for none
 * @param minWeight the least weight, in (0, 1]
 */
public record Weighting(Rule rule, int examplesCap, double alpha, double minWeight) {
    /** Whether the number of training examples counts. */
    public enum Rule {
        /** The weight grows with the silo's examples, up to the cap. */
        EXAMPLES("examples"),
        /** Every silo's update weighs the same, but for its staleness. */
        UNIFORM("uniform");

        private final String code;

        Rule(String code) {
            this.code = code;
        }

        /** The stable code on the wire. */
        public String code() {
            return code;
        }

        /**
         * The rule with this code.
         *
         * @throws RejectedException {@link Reason#INVALID_FIELD} if none has it
         */
        public static Rule ofCode(String code) {
            for (Rule rule : values()) {
                if (rule.code.equals(code)) {
                    return rule;
                }
            }
            throw new RejectedException(Reason.INVALID_FIELD, "unknown weight rule: " + code);
        }
    }

    /** @throws IllegalArgumentException if a number is outside its range */
    public Weighting {
        Objects.requireNonNull(rule);
        if (examplesCap < 1) {
            throw new IllegalArgumentException("the cap on examples is 1 or more, not " + examplesCap);
        }
        if (!(alpha >= 0 && alpha <= 16)) {
            throw new IllegalArgumentException("the staleness exponent is 0..16, not " + alpha);
        }
        if (!(minWeight > 0 && minWeight <= 1)) {
            throw new IllegalArgumentException("the least weight is in (0, 1], not " + minWeight);
        }
    }

    /**
     * The weight of an update.
     *
     * @param examples training examples behind it, 0 or more
     * @param tau versions published since its base, 0 or more
     * @return a weight in [minWeight, 1]
     * @throws RejectedException {@link Reason#INVALID_FIELD} if either is negative
     */
    public double weight(long examples, int tau) {
        if (examples < 0 || tau < 0) {
            throw new RejectedException(
                    Reason.INVALID_FIELD, "examples and tau are 0 or more: " + examples + ", " + tau);
        }
        double volume = rule == Rule.EXAMPLES ? Math.min(examples, examplesCap) / (double) examplesCap : 1.0;
        return Math.max(minWeight, volume * StrictMath.pow(1.0 + tau, -alpha));
    }
}
