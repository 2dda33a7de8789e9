package org.silofold.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.key.Pem;
import org.silofold.protocol.message.Suite;

/** The members' KEM keys, by seat: the same in every run, since making them would cost more than a run. */
final class Keys {
    private static final String LABEL = "PRIVATE KEY";
    private static final int SEED = 64;
    private static final List<KemPrivateKey> KEYS = new ArrayList<>();

    private Keys() {}

    /** The key of this seat, from 1. */
    static synchronized KemPrivateKey of(int seat) {
        while (KEYS.size() < seat) {
            KEYS.add(make(KEYS.size()));
        }
        return KEYS.get(seat - 1);
    }

    /** A private key in seed form ends with its seed: another one's is put there. */
    private static KemPrivateKey make(int number) {
        try (KemPrivateKey template = KemPrivateKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
            byte[] der = Pem.decode(LABEL, template.toPem());
            byte[] seed = new byte[SEED];
            new Random(number).nextBytes(seed);
            System.arraycopy(seed, 0, der, der.length - SEED, SEED);
            return KemPrivateKey.fromPem(Pem.encode(LABEL, der));
        }
    }
}
