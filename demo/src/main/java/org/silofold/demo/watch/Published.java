package org.silofold.demo.watch;

import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;

/**
 * A published version.
 *
 * @param manifest its manifest
 * @param cohortDigest the digest that its members voted for; that of an empty cohort for version 0
 * @param seenMillis when this process saw it, epoch milliseconds
 */
public record Published(ModelManifest manifest, Digest cohortDigest, long seenMillis) {}
