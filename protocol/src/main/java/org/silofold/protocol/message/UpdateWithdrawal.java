package org.silofold.protocol.message;

/**
 * A silo asks the committee to say that it never voted for an update of the silo's, and never will: see {@link NeverVoted}.
 *
 * @param context the context; the sender is the silo whose update it is
 * @param updateId the update
 * @param manifestDigest SHA-256 of its manifest's signed bytes
 */
public record UpdateWithdrawal(Context context, UpdateId updateId, Digest manifestDigest) implements Message {
    /** The update as cohorts name it. */
    public UpdateRef update() {
        return new UpdateRef(context.sender(), updateId, manifestDigest);
    }
}
