package org.silofold.protocol.kem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silofold.protocol.testing.Samples.assertRejected;

import org.junit.jupiter.api.Test;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.testing.SpkiForms;

class KemPublicKeyFormTest {
    @Test
    void aKeyHasOneEncodingAlone() {
        try (KemPrivateKey key = KemPrivateKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
            byte[] spki = key.publicKey().spki();
            assertThat(KemPublicKey.fromSpki(spki)).isEqualTo(key.publicKey());
            for (byte[] other : SpkiForms.others(spki)) {
                assertThat(other).isNotEqualTo(spki);
                assertRejected(Reason.INVALID_FIELD, () -> KemPublicKey.fromSpki(other));
            }
        }
    }
}
