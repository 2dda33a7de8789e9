package org.silofold.protocol.registry;

import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;

/**
 * The authority's word that a name belongs to an organisation and an identity key. The payload is the key's SubjectPublicKeyInfo.
 *
 * @param context the context; sender is the authority
 * @param subject the party's name
 * @param organisation the organisation it belongs to: one organisation has one voice in a cohort
 * @param role what the party may do
 * @param sequence monotonic by subject
 * @param notBeforeMillis start of validity, epoch milliseconds
 * @param notAfterMillis end of validity, epoch milliseconds
 * @param payloadDigest SHA-256 of the identity key's SubjectPublicKeyInfo, which is the payload
 */
public record Enrolment(
        Context context,
        String subject,
        String organisation,
        Role role,
        long sequence,
        long notBeforeMillis,
        long notAfterMillis,
        Digest payloadDigest)
        implements RegistryDocument {
    @Override
    public String key() {
        return "enrolment/" + subject;
    }
}
