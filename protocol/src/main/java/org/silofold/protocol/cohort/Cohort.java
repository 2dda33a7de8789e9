package org.silofold.protocol.cohort;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.silofold.protocol.envelope.LengthPrefixed;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * The updates that are opened together, sorted by silo (UTF-8 bytes), then update id.
 *
 * @param updates the updates, sorted, no silo's update twice
 */
public record Cohort(List<UpdateRef> updates) {
    /** The order of a cohort's updates. */
    public static final Comparator<UpdateRef> ORDER = Comparator.<UpdateRef, byte[]>comparing(
                    update -> update.silo().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned)
            .thenComparing(UpdateRef::updateId);

    /** @throws RejectedException with {@link Reason#INVALID_FIELD} unless the updates are sorted and distinct */
    public Cohort {
        updates = List.copyOf(updates);
        for (int i = 1; i < updates.size(); i++) {
            if (ORDER.compare(updates.get(i - 1), updates.get(i)) >= 0) {
                throw new RejectedException(
                        Reason.INVALID_FIELD,
                        "cohort is not sorted, or lists an update of "
                                + updates.get(i).silo() + " twice");
            }
        }
    }

    /**
     * The cohort of these updates, in any order.
     *
     * @throws RejectedException with {@link Reason#INVALID_FIELD} if one is listed twice
     */
    public static Cohort of(List<UpdateRef> updates) {
        return new Cohort(updates.stream().sorted(ORDER).toList());
    }

    /** How many updates. */
    public int size() {
        return updates.size();
    }

    /**
     * The cohort's digest, protocol page 5.8: what votes, refusals, locks and certificates name.
     *
     * @param context federation, roster and model; its sender, policy sequence and purpose do not count
     * @param previousManifestDigest digest of the model manifest before the version that this cohort makes
     */
    public Digest digest(Context context, Buffer buffer, Digest previousManifestDigest) {
        LengthPrefixed fields = new LengthPrefixed()
                .text("silofold/v1/cohort")
                .text(context.federation())
                .int32(context.rosterEpoch())
                .digest(context.rosterDigest())
                .text(context.model())
                .int64(buffer.version())
                .int32(buffer.attempt())
                .digest(previousManifestDigest)
                .int32(updates.size());
        for (UpdateRef update : updates) {
            fields.text(update.silo()).updateId(update.updateId()).digest(update.manifestDigest());
        }
        return Digest.sha256(fields.toBytes());
    }
}
