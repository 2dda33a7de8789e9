package org.silofold.protocol.message;

import org.silofold.protocol.reason.Reason;

/**
 * The aggregator notes in its own log that a cohort was opened and made no version.
 *
 * @param context the context
 * @param buffer version and attempt
 * @param cohortDigest the cohort
 * @param reason why
 */
public record CohortBroken(Context context, Buffer buffer, Digest cohortDigest, Reason reason) implements Message {}
