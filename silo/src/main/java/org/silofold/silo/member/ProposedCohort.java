package org.silofold.silo.member;

import java.util.List;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateRef;

/**
 * A cohort that the aggregator asked the committee to open, as far as a member must remember it.
 *
 * @param digest the cohort digest: the only name that votes, locks and certificates use
 * @param epoch roster epoch
 * @param model the model
 * @param buffer version and attempt
 * @param previousDigest digest of the manifest before that version, as the aggregator names it
 * @param policySequence the newest request's policy sequence
 * @param expiryMillis the newest request's expiry, epoch milliseconds: no vote after it
 * @param updates the cohort, sorted
 */
public record ProposedCohort(
        Digest digest,
        int epoch,
        String model,
        Buffer buffer,
        Digest previousDigest,
        long policySequence,
        long expiryMillis,
        List<UpdateRef> updates) {}
