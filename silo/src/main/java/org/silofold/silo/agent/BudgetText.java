package org.silofold.silo.agent;

import java.util.Locale;
import org.silofold.protocol.privacy.PrivacyBudget;

/** A privacy budget in words. */
final class BudgetText {
    private BudgetText() {}

    /** Why no further update is sent. */
    static String spent(String model, PrivacyBudget budget) {
        if (Double.isInfinite(budget.spent().rho())) {
            return "an update of " + model + " was sent without noise before, so no budget of epsilon "
                    + number(budget.epsilon()) + " can hold; a private model begins under a private policy";
        }
        return "the privacy budget of " + model + " is epsilon " + number(budget.epsilon()) + " at delta "
                + budget.delta() + "; " + number(budget.spentEpsilon())
                + " is spent, and one more update would make it "
                + number(budget.epsilonAfter(1));
    }

    /** Why no update is sent without noise. */
    static String noLongerPrivate(String model) {
        return "the policy of " + model + " asks for no privacy, but updates of " + model
                + " were sent with it before: a model is private from its beginning or not at all";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }
}
