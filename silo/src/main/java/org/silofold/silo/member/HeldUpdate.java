package org.silofold.silo.member;

import java.util.Optional;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/**
 * What a member remembers of an update's manifest. Outlives the share, until the epoch ends.
 *
 * @param ref the update, pinned to the first manifest seen for it
 * @param epoch roster epoch
 * @param model the model
 * @param policySequence the manifest's policy sequence
 * @param specDigest digest of the model specification it was made for
 * @param parameterSet name of the mask's parameter set
 * @param baseVersion version the silo trained from
 * @param baseDigest that version's manifest digest, as the silo names it
 * @param expiryMillis epoch milliseconds after which it may not join a cohort and its share is erased
 * @param refused why the share was not accepted; empty if it was
 */
public record HeldUpdate(
        UpdateRef ref,
        int epoch,
        String model,
        long policySequence,
        Digest specDigest,
        String parameterSet,
        long baseVersion,
        Digest baseDigest,
        long expiryMillis,
        Optional<Reason> refused) {}
