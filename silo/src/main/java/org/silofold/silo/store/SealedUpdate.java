package org.silofold.silo.store;

import org.silofold.protocol.message.Digest;

/**
 * By what committees know an update.
 *
 * @param manifestDigest SHA-256 of its manifest's signed bytes
 * @param rosterDigest the roster under which it was sealed and shared
 */
public record SealedUpdate(Digest manifestDigest, Digest rosterDigest) {}
