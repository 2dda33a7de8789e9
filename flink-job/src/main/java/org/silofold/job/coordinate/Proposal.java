package org.silofold.job.coordinate;

import java.util.List;
import org.silofold.job.event.Terms;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateRef;

/**
 * A cohort that was put to the committee.
 *
 * @param buffer the version it is to make, and the attempt
 * @param accumulator where its updates are summed
 * @param previousDigest digest of the manifest before that version
 * @param cohort the updates, in cohort order
 * @param digest the cohort digest, which every answer names
 * @param terms the terms it was requested on
 */
record Proposal(
        Buffer buffer, long accumulator, Digest previousDigest, List<UpdateRef> cohort, Digest digest, Terms terms) {
    Proposal {
        cohort = List.copyOf(cohort);
    }
}
