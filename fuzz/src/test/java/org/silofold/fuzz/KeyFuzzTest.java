package org.silofold.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.security.SecureRandom;
import java.util.Arrays;
import org.silofold.protocol.kem.Encapsulation;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.kem.KemPublicKey;
import org.silofold.protocol.key.Pem;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.protocol.sign.VerifyingKey;

/** Keys in files and in the registry. Whatever is taken for a key works as one, and has one form alone. */
class KeyFuzzTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] HEADER = {1};

    @FuzzTest
    void pem(byte[] data) {
        Oracle.accepts(
                () -> {
                    byte[] der = Pem.decode("PRIVATE KEY", data);
                    byte[] again = Pem.decode("PRIVATE KEY", Pem.encode("PRIVATE KEY", der));
                    Oracle.require(Arrays.equals(der, again), "PEM of other bytes");
                },
                RejectedException.class);
    }

    /** The DER within a private key's PEM. */
    @FuzzTest
    void privateKey(byte[] data) {
        byte[] pem = Pem.encode("PRIVATE KEY", data);
        Oracle.accepts(
                () -> {
                    try (SigningKey key = SigningKey.fromPem(pem)) {
                        Oracle.require(Arrays.equals(Pem.decode("PRIVATE KEY", key.toPem()), data), "a second form");
                        byte[] signature = key.sign(Purpose.ROSTER, HEADER);
                        Oracle.require(key.verifyingKey().verify(Purpose.ROSTER, HEADER, signature), "a broken key");
                    }
                },
                RejectedException.class);
        Oracle.accepts(
                () -> {
                    try (KemPrivateKey key = KemPrivateKey.fromPem(pem);
                            Encapsulation fresh = key.publicKey().encapsulate(RANDOM);
                            SecretBytes secret = key.decapsulate(fresh.ciphertext())) {
                        Oracle.require(Arrays.equals(Pem.decode("PRIVATE KEY", key.toPem()), data), "a second form");
                        Oracle.require(
                                Arrays.equals(secret.toBytes(), fresh.secret().toBytes()), "a broken key");
                    }
                },
                RejectedException.class);
    }

    @FuzzTest
    void publicKey(byte[] data) {
        Oracle.accepts(
                () -> {
                    VerifyingKey key = VerifyingKey.fromSpki(data);
                    Oracle.require(Arrays.equals(key.spki(), data), "a second form");
                    Oracle.require(!key.verify(Purpose.ROSTER, HEADER, new byte[3309]), "zeros are a signature");
                },
                RejectedException.class);
        Oracle.accepts(
                () -> {
                    KemPublicKey key = KemPublicKey.fromSpki(data);
                    Oracle.require(Arrays.equals(key.spki(), data), "a second form");
                    key.encapsulate(RANDOM).close();
                },
                RejectedException.class);
    }
}
