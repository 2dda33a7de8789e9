package org.silofold.demo.attack;

import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateManifest;

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

    /** A manifest's core as another silo's, with all else as it was. */
    static UpdateManifest.Core inNameOf(UpdateManifest.Core c, String silo) {
        return new UpdateManifest.Core(
                c.context().withSender(silo),
                c.updateId(),
                c.sequence(),
                c.baseVersion(),
                c.baseDigest(),
                c.tau(),
                c.weightRule(),
                c.expiryMillis(),
                c.memberCount(),
                c.threshold(),
                c.repetitions(),
                c.parameterSet(),
                c.modelSpecDigest(),
                c.parameterCount(),
                c.shardCount(),
                c.wrappedKeys(),
                c.cekDigest(),
                c.memberCiphertexts(),
                c.shardsRoot());
    }

    private static Context of(
            Context c, String federation, int epoch, Digest roster, long policySequence, String model) {
        return new Context(
                c.version(), c.suite(), federation, epoch, roster, policySequence, model, c.sender(), c.purpose());
    }
}
