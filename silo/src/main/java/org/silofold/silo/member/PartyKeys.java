package org.silofold.silo.member;

import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.silo.party.PartyDirectory;

/** The party's KEM key of the epoch that was asked for last, read from its directory and wiped when another takes its place. */
final class PartyKeys implements EpochKeys, AutoCloseable {
    private final PartyDirectory party;
    private KemPrivateKey key;
    private int epoch;

    PartyKeys(PartyDirectory party) {
        this.party = party;
    }

    @Override
    public KemPrivateKey forEpoch(int wanted) {
        if (key == null || epoch != wanted) {
            if (!party.hasKemKey(wanted)) {
                throw new IllegalStateException(party.name() + " has no KEM key for epoch " + wanted);
            }
            close();
            key = party.kemKey(wanted);
            epoch = wanted;
        }
        return key;
    }

    @Override
    public void close() {
        if (key != null) {
            key.close();
            key = null;
        }
    }
}
