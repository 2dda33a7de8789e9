package org.silofold.protocol.registry;

import org.silofold.protocol.message.Context;

/**
 * The authority withdraws an enrolment, for good or for a time: a suspension is a revocation with an end. A party is reinstated by a
 * newer revocation that ends when it begins.
 *
 * @param context the context
 * @param subject whose
 * @param sequence monotonic by subject
 * @param fromMillis from when on, epoch milliseconds
 * @param why for a person
 * @param untilMillis when it ends, epoch milliseconds, not before {@code fromMillis}; {@link #FOR_GOOD} if it never does
 */
public record Revocation(Context context, String subject, long sequence, long fromMillis, String why, long untilMillis)
        implements RegistryDocument {
    /** The end of a revocation that has none. */
    public static final long FOR_GOOD = Long.MAX_VALUE;

    /** Whether the enrolment is withdrawn at a time: from {@code fromMillis} to before {@code untilMillis}. */
    public boolean isInForce(long atMillis) {
        return fromMillis <= atMillis && (atMillis < untilMillis || untilMillis == FOR_GOOD);
    }

    @Override
    public String key() {
        return "revocation/" + subject;
    }
}
