package org.silofold.protocol.privacy;

import java.util.Objects;

/**
 * A silo's budget for one model: what its updates cost so far, each at the price of its own time, and whether one more is paid for.
 *
 * @param spent costs of all updates so far, added up
 * @param next cost of the next update
 * @param epsilon the budget, 0 or more
 * @param delta of the budget, in (0, 1)
 */
public record PrivacyBudget(PrivacyAccountant spent, PrivacyAccountant next, double epsilon, double delta) {
    private static final long MOST = 1L << 40;

    /** Requires all of it. */
    public PrivacyBudget {
        Objects.requireNonNull(spent);
        Objects.requireNonNull(next);
    }

    /** Epsilon spent so far, at the budget's delta; infinite if an update was sent without noise. */
    public double spentEpsilon() {
        return spent.epsilon(1, delta);
    }

    /** Epsilon spent after so many more updates. */
    public double epsilonAfter(long updates) {
        return spent.plus(next.times(updates)).epsilon(1, delta);
    }

    /** Whether one more update is paid for. */
    public boolean paysForNext() {
        return epsilonAfter(1) <= epsilon;
    }

    /** How many more updates are paid for. */
    public long remaining() {
        long paid = 0;
        long unpaid = 1;
        while (unpaid <= MOST && epsilonAfter(unpaid) <= epsilon) {
            paid = unpaid;
            unpaid *= 2;
        }
        while (unpaid - paid > 1) {
            long middle = (paid + unpaid) >>> 1;
            if (epsilonAfter(middle) <= epsilon) {
                paid = middle;
            } else {
                unpaid = middle;
            }
        }
        return paid;
    }
}
