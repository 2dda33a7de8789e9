package org.silofold.silo.store;

import org.silofold.protocol.message.Digest;

/**
 * A model manifest that is a link of the verified chain.
 *
 * @param model its model
 * @param version its version
 * @param digest digest of its signed bytes
 * @param root Merkle root of the version's shards
 * @param record the whole signed record; owned by this value
 * @param verified whether the parameters were had and checked as well
 */
public record StoredManifest(String model, long version, Digest digest, Digest root, byte[] record, boolean verified) {}
