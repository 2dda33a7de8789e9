package org.silofold.silo.auditor;

import org.silofold.protocol.message.Digest;
import org.silofold.protocol.reason.Reason;

/** What became of the audit of one version. */
public sealed interface AuditOutcome {
    /** The model's name. */
    String model();

    /** The version. */
    long version();

    /** One line for a person. */
    String line();

    /**
     * It is as its manifest says, and was countersigned.
     *
     * @param model the model's name
     * @param version the version
     * @param manifestDigest its manifest's digest
     * @param recomputed what was recomputed
     */
    record Verified(String model, long version, Digest manifestDigest, Recomputed recomputed) implements AuditOutcome {
        @Override
        public String line() {
            String cohort = recomputed.silos().isEmpty()
                    ? ""
                    : "; cohort " + String.join(" ", recomputed.silos()) + ", "
                            + recomputed.voters().size() + " votes";
            return model + " version " + version + " verified and countersigned: root " + recomputed.root() + cohort;
        }
    }

    /**
     * It is not as its manifest says. It is not countersigned, and nothing after it is looked at.
     *
     * @param model the model's name
     * @param version the version
     * @param manifestDigest its manifest's digest
     * @param reason what is wrong
     * @param detail one line
     */
    record Wrong(String model, long version, Digest manifestDigest, Reason reason, String detail)
            implements AuditOutcome {
        @Override
        public String line() {
            return model + " version " + version + " is WRONG and not countersigned: " + detail + " (manifest "
                    + manifestDigest.hex() + ")";
        }
    }

    /**
     * It cannot be recomputed, and is not countersigned.
     *
     * @param model the model's name
     * @param version the version
     * @param detail what is missing
     */
    record Undecided(String model, long version, String detail) implements AuditOutcome {
        @Override
        public String line() {
            return model + " version " + version + " cannot be recomputed and is not countersigned: " + detail;
        }
    }
}
