package org.silofold.protocol.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silofold.protocol.testing.Samples.assertRejected;

import org.junit.jupiter.api.Test;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.testing.SpkiForms;

class VerifyingKeyFormTest {
    @Test
    void aKeyHasOneEncodingAlone() {
        try (SigningKey key = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
            byte[] spki = key.verifyingKey().spki();
            assertThat(VerifyingKey.fromSpki(spki)).isEqualTo(key.verifyingKey());
            for (byte[] other : SpkiForms.others(spki)) {
                assertThat(other).isNotEqualTo(spki);
                assertRejected(Reason.INVALID_FIELD, () -> VerifyingKey.fromSpki(other));
            }
        }
    }
}
