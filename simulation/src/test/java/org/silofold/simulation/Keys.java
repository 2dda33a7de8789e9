package org.silofold.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.key.Pem;
import org.silofold.protocol.message.Suite;

/** Parties' KEM keys, by epoch: the same in every run, since making them would cost more than a run. */
final class Keys {
    private static final String LABEL = "PRIVATE KEY";
    private static final int SEED = 64;
    private static final int PARTIES = 64;
    private static final Map<Integer, KemPrivateKey> KEYS = new HashMap<>();

    private Keys() {}

    /**
     * The key of a party in an epoch.
     *
     * @param party its number, from 0, below {@value #PARTIES}
     */
    static synchronized KemPrivateKey of(int party, int epoch) {
        return KEYS.computeIfAbsent(epoch * PARTIES + party, Keys::make);
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
