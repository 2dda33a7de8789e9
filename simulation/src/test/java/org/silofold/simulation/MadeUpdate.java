package org.silofold.simulation;

import java.util.List;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.schemas.SignedRecord;

/**
 * An update with all that its silo knows of it. Vectors are N words below q unless said otherwise.
 *
 * @param manifest as it is after its signature was verified
 * @param shard digest of the one shard's payload
 * @param block the masked block of parameters
 * @param meta the masked meta section
 * @param values the parameters in the block, N signed integers
 * @param hundredths the weight, in hundredths
 * @param secret what was shared: the mask secret of all but a saboteur's updates
 * @param shares the members' shares, by seat
 * @param blinds the members' blinds, by seat: R words each
 */
record MadeUpdate(
        SignedRecord<UpdateManifest> manifest,
        Digest shard,
        int[] block,
        int[] meta,
        int[] values,
        int hundredths,
        int[] secret,
        List<int[]> shares,
        List<int[]> blinds) {
    UpdateManifest.Core core() {
        return manifest.message().core();
    }

    String silo() {
        return core().context().sender();
    }

    UpdateRef ref() {
        return new UpdateRef(silo(), core().updateId(), manifest.digest());
    }

    UpdateKey key() {
        return UpdateKey.of(ref());
    }
}
