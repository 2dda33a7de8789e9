package org.silofold.silo.member;

import org.silofold.protocol.kem.KemPrivateKey;

/** A member's KEM keys. */
@FunctionalInterface
public interface EpochKeys {
    /**
     * The key for an epoch, owned by whoever gives it: the caller uses it and does not close it.
     *
     * @throws IllegalStateException if the member has none: it cannot serve in that epoch
     */
    KemPrivateKey forEpoch(int epoch);
}
