package org.silofold.protocol.registry;

import org.silofold.protocol.message.Context;

/**
 * The authority withdraws an enrolment.
 *
 * @param context the context
 * @param subject whose
 * @param sequence monotonic by subject
 * @param fromMillis from when on, epoch milliseconds
 * @param why for a person
 */
public record Revocation(Context context, String subject, long sequence, long fromMillis, String why)
        implements RegistryDocument {
    @Override
    public String key() {
        return "revocation/" + subject;
    }
}
