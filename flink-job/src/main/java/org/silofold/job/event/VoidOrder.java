package org.silofold.job.event;

import org.silofold.protocol.message.Digest;

/**
 * The authority's word that a version shall repeat the parameters of the one before, so that silos whose base is spent have a new one.
 *
 * @param version the version
 * @param previousDigest digest of the manifest before it
 * @param document digest of the authority's document
 */
public record VoidOrder(long version, Digest previousDigest, Digest document) {}
