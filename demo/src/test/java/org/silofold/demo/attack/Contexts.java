package org.silofold.demo.attack;

import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;

/** Contexts with one thing changed. */
final class Contexts {
    private Contexts() {}

    static Context inFederation(Context c, String federation) {
        return of(c, federation, c.rosterEpoch(), c.rosterDigest(), c.policySequence(), c.model());
    }

    static Context inModel(Context c, String model) {
        return of(c, c.federation(), c.rosterEpoch(), c.rosterDigest(), c.policySequence(), model);
    }

    static Context under(Context c, int epoch, Digest roster, long policySequence) {
        return of(c, c.federation(), epoch, roster, policySequence, c.model());
    }

    private static Context of(
            Context c, String federation, int epoch, Digest roster, long policySequence, String model) {
        return new Context(
                c.version(), c.suite(), federation, epoch, roster, policySequence, model, c.sender(), c.purpose());
    }
}
