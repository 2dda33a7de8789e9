package org.silofold.silo.store;

import org.silofold.protocol.message.Digest;

/**
 * What an update was trained from.
 *
 * @param version the base version
 * @param root Merkle root of its shards: what its parameters are
 * @param repeats whether it is a void version, which the authority let repeat the parameters of the one before: then only its version
 *     counts as spent
 */
public record UpdateBase(long version, Digest root, boolean repeats) {}
