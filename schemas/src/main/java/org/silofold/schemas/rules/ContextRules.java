package org.silofold.schemas.rules;

import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/** What any header's context must satisfy, whatever the registry says. */
final class ContextRules {
    private static final Fields CONTEXT = new Fields("context");

    private ContextRules() {}

    static void check(Context context, Purpose purpose) {
        if (context.version() != Context.VERSION) {
            throw new RejectedException(
                    Reason.UNSUPPORTED_VERSION, "protocol version " + context.version() + ", not " + Context.VERSION);
        }
        if (context.purpose() != purpose) {
            throw new RejectedException(
                    Reason.WRONG_PURPOSE, "purpose " + context.purpose().text() + ", not " + purpose.text());
        }
        Suite.ofText(context.suite());
        CONTEXT.name("federation", context.federation());
        CONTEXT.name("sender", context.sender());
        CONTEXT.atLeast("rosterEpoch", context.rosterEpoch(), 0);
        CONTEXT.atLeast("policySequence", context.policySequence(), 0);
        if (!context.model().isEmpty()) {
            CONTEXT.name("model", context.model());
        }
        switch (purpose) {
            case ENROLMENT, ENROLMENT_REQUEST, KEY_BUNDLE, ROSTER, REVOCATION -> {
                outsideEpochs(context);
                CONTEXT.that(context.model().isEmpty(), "model", "must be empty");
            }
            case POLICY, MODEL_SPEC, VOID_VERSION -> {
                outsideEpochs(context);
                CONTEXT.name("model", context.model());
            }
            // The aggregator may have to speak of a record whose model nobody can tell.
            case AUDIT_ENTRY, REJECTION -> {}
            default -> CONTEXT.name("model", context.model());
        }
    }

    private static void outsideEpochs(Context context) {
        CONTEXT.range("rosterEpoch", context.rosterEpoch(), 0, 0);
        CONTEXT.that(context.rosterDigest().equals(Digest.ZERO), "rosterDigest", "must be zero");
        CONTEXT.range("policySequence", context.policySequence(), 0, 0);
    }
}
