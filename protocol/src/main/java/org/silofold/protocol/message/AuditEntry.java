package org.silofold.protocol.message;

import java.util.SortedMap;

/**
 * A link of the aggregator's audit chain.
 *
 * @param context the context
 * @param sequence from 0, without gaps
 * @param previousDigest digest of the entry before it, {@link Digest#ZERO} for the first
 * @param event what was decided, a stable code
 * @param details why and about what, name to value, sorted by name
 */
public record AuditEntry(
        Context context, long sequence, Digest previousDigest, String event, SortedMap<String, String> details)
        implements Message {}
