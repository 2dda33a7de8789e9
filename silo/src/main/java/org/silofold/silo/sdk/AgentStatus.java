package org.silofold.silo.sdk;

import java.util.List;
import java.util.Optional;

/**
 * How an agent is.
 *
 * @param party the party's name
 * @param role its role's code
 * @param federation the federation's name
 * @param bootstrap its broker
 * @param healthy whether every component works
 * @param epoch the roster's epoch, 0 if no roster is known
 * @param seat the party's point in the committee, 0 if it has none
 * @param components its components
 * @param models the models it follows
 * @param budgets its privacy budgets, of the models whose policy asks for privacy
 */
public record AgentStatus(
        String party,
        String role,
        String federation,
        String bootstrap,
        boolean healthy,
        int epoch,
        int seat,
        List<Component> components,
        List<Model> models,
        List<Budget> budgets) {
    /** Copies the lists. */
    public AgentStatus {
        components = List.copyOf(components);
        models = List.copyOf(models);
        budgets = List.copyOf(budgets);
    }

    /**
     * A component.
     *
     * @param name its name
     * @param healthy whether it works
     * @param detail one line
     * @param sinceMillis since when it is so
     * @param skipped records that it turned away
     */
    public record Component(String name, boolean healthy, String detail, long sinceMillis, long skipped) {}

    /**
     * A privacy budget.
     *
     * @param model whose
     * @param epsilon what may be spent
     * @param delta at which delta
     * @param spentEpsilon what is spent; infinite after an update without noise
     * @param remainingUpdates how many more updates are paid for
     */
    public record Budget(String model, double epsilon, double delta, double spentEpsilon, long remainingUpdates) {}

    /**
     * A model.
     *
     * @param model its name
     * @param chainVersion newest manifest in the verified chain, -1 if none
     * @param verifiedVersion newest version whose parameters were verified, -1 if none
     * @param waitsFor the auditor whose countersignature the newest manifest's version waits for
     */
    public record Model(String model, long chainVersion, long verifiedVersion, Optional<String> waitsFor) {}
}
