package org.silofold.protocol.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.kem.Encapsulation;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.key.Hkdf;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.WrappedKey;

/** The wrap of docs/protocol.md 5.5, made here step by step, which no round trip through {@link ContentKey} would show to be another. */
class WrapFormatTest {
    private static final Context CONTEXT = new Context(
            1,
            Suite.ML_KEM_768_ML_DSA_65.text(),
            "hospitals",
            3,
            Digest.sha256(new byte[] {1}),
            4,
            "heart",
            "north",
            Purpose.UPDATE_MANIFEST);
    private static final UpdateId UPDATE = UpdateId.ofHex("000102030405060708090a0b0c0d0e0f");

    @Test
    void aWrapMadeByHandOpens() throws GeneralSecurityException {
        byte[] cek = new byte[32];
        Arrays.fill(cek, (byte) 7);
        Digest digest = Digest.sha256("silofold/v1/cek".getBytes(StandardCharsets.US_ASCII), cek);
        try (KemPrivateKey aggregator = KemPrivateKey.generate(Suite.ML_KEM_768_ML_DSA_65);
                Encapsulation sent = aggregator.publicKey().encapsulate(new SecureRandom())) {
            byte[] info = new LengthPrefixed()
                    .text("silofold/v1/wrap")
                    .bytes(ContextBytes.withoutPurpose(CONTEXT))
                    .bytes(UPDATE.toBytes())
                    .text("aggregator")
                    .toBytes();
            byte[] wrapKey = Hkdf.derive(sent.secret().toBytes(), info, 32);
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
            cipher.init(
                    Cipher.ENCRYPT_MODE, new SecretKeySpec(wrapKey, "AES"), new GCMParameterSpec(128, new byte[12]));
            WrappedKey wrapped = new WrappedKey("aggregator", sent.ciphertext(), cipher.doFinal(cek));
            try (ContentKey key =
                    ContentKey.unwrap(List.of(wrapped), "aggregator", aggregator, CONTEXT, UPDATE, digest)) {
                assertThat(key.digest()).isEqualTo(digest);
            }
        }
    }
}
