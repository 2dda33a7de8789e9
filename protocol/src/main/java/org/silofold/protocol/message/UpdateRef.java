package org.silofold.protocol.message;

/**
 * One update of a cohort: named by silo and update id together, and pinned to the exact manifest.
 *
 * @param silo name of the silo
 * @param updateId the update
 * @param manifestDigest SHA-256 of the manifest's signed bytes
 */
public record UpdateRef(String silo, UpdateId updateId, Digest manifestDigest) {}
