package org.silofold.silo.agent;

import org.silofold.protocol.registry.Policy;

/** When a version is no longer taken as a base, and how a person is told. */
final class StaleBase {
    private StaleBase() {}

    /** Whether no version may hold an update from this base any more. */
    static boolean isGone(long base, long newest, Policy policy) {
        return newest - base > policy.stalenessBound();
    }

    /** One line for a person. */
    static String gone(String model, long base, long newest, Policy policy) {
        return "version " + base + " of " + model + " is gone as a base: the newest is " + newest + ", "
                + (newest - base) + " later, and policy takes no base that is more than " + policy.stalenessBound()
                + " older";
    }

    /** One line about a version that was published while this agent was away, or before it was there. */
    static String notKept(String model, long base, long newest) {
        return "version " + base + " of " + model
                + " was never verified here and is gone: the log keeps the parameters of the newest version alone, which is "
                + newest;
    }
}
