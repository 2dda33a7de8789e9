package org.silofold.silo.agent;

import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.schemas.SignedRecord;

/**
 * What a manifest in the log says of an update, as far as it takes to spend its base and to charge it: a manifest itself carries the members' shares.
 *
 * @param updateId its id
 * @param context under which it was made
 * @param sequence its sequence
 * @param baseVersion the version that it was trained from
 * @param shards shards that it has
 * @param expiryMillis epoch milliseconds
 * @param bytes of the manifest's record
 * @param manifestDigest SHA-256 of the manifest's signed bytes
 */
record ForgottenUpdate(
        UpdateId updateId,
        Context context,
        long sequence,
        long baseVersion,
        int shards,
        long expiryMillis,
        int bytes,
        Digest manifestDigest) {
    static ForgottenUpdate of(SignedRecord<UpdateManifest> signed) {
        UpdateManifest.Core core = signed.message().core();
        return new ForgottenUpdate(
                core.updateId(),
                core.context(),
                core.sequence(),
                core.baseVersion(),
                core.shardCount(),
                core.expiryMillis(),
                signed.record().length,
                signed.digest());
    }

    String model() {
        return context.model();
    }
}
