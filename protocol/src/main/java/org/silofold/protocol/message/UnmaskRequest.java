package org.silofold.protocol.message;

import java.util.List;

/**
 * The aggregator asks the committee to open the sum of a cohort.
 *
 * @param context the context
 * @param buffer version and attempt
 * @param previousManifestDigest digest of the model manifest before that version
 * @param cohort the updates, sorted by silo (UTF-8 bytes) then update id
 * @param expiryMillis epoch milliseconds after which no vote is asked for; not part of the cohort digest
 * @param abandonments signed refusals (whole records) that free updates of earlier attempts
 */
public record UnmaskRequest(
        Context context,
        Buffer buffer,
        Digest previousManifestDigest,
        List<UpdateRef> cohort,
        long expiryMillis,
        List<byte[]> abandonments)
        implements Message {}
