package org.silofold.job.event;

import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;

/**
 * The roster under which a member said something: what it says of a cohort counts only if the cohort was requested under that roster.
 *
 * @param epoch the roster's epoch
 * @param digest digest of the roster's signed bytes
 */
public record RosterId(int epoch, Digest digest) {
    /** The roster that a context names. */
    public static RosterId of(Context context) {
        return new RosterId(context.rosterEpoch(), context.rosterDigest());
    }
}
