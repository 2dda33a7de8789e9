package org.silofold.protocol.registry;

import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;

/**
 * A party's KEM key for one epoch, signed by the party. The payload is the key's SubjectPublicKeyInfo.
 *
 * @param context the context; sender is the subject
 * @param subject the party's name
 * @param epoch the roster epoch for which the key is
 * @param sequence monotonic by subject and epoch
 * @param notBeforeMillis start of validity, epoch milliseconds
 * @param notAfterMillis end of validity, epoch milliseconds
 * @param payloadDigest SHA-256 of the KEM key's SubjectPublicKeyInfo, which is the payload
 */
public record KeyBundle(
        Context context,
        String subject,
        int epoch,
        long sequence,
        long notBeforeMillis,
        long notAfterMillis,
        Digest payloadDigest)
        implements RegistryDocument {
    @Override
    public String key() {
        return "key-bundle/" + subject + "/" + epoch;
    }
}
