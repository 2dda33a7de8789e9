package org.silofold.protocol;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.silofold.protocol.envelope.Seal;
import org.silofold.protocol.kem.Encapsulation;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.key.Hkdf;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.sign.SigningKey;

/**
 * Runs every algorithm of the suite once, there and back and with one bit flipped. A process calls it before it touches a record: an
 * algorithm that is registered but cannot be loaded, or one that agrees to everything, fails at start and not at the first update.
 */
public final class SelfTest {
    private static final byte[] TEXT = "silofold self-test".getBytes(StandardCharsets.US_ASCII);
    /** SHA-256 of "abc", FIPS 180-4's example. */
    private static final String SHA_256_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private SelfTest() {}

    /**
     * Takes a few milliseconds once its classes are loaded.
     *
     * @throws IllegalStateException naming the algorithm that failed
     */
    public static void run() {
        run("SHA-256", SelfTest::digests);
        run("ML-DSA-65", SelfTest::signs);
        run("ML-KEM-768 with HKDF-SHA256 and AES-256-GCM", SelfTest::seals);
    }

    private interface Check {
        boolean holds();
    }

    private static void run(String algorithm, Check check) {
        boolean holds;
        try {
            holds = check.holds();
        } catch (RuntimeException | LinkageError e) {
            throw new IllegalStateException("self-test: " + algorithm + " does not run", e);
        }
        if (!holds) {
            throw new IllegalStateException("self-test: " + algorithm + " gives wrong results");
        }
    }

    private static boolean digests() {
        return Digest.sha256("abc".getBytes(StandardCharsets.US_ASCII)).hex().equals(SHA_256_ABC);
    }

    private static boolean signs() {
        try (SigningKey key = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
            byte[] signature = key.sign(Purpose.ROSTER, TEXT);
            boolean right = key.verifyingKey().verify(Purpose.ROSTER, TEXT, signature);
            boolean wrongPurpose = key.verifyingKey().verify(Purpose.POLICY, TEXT, signature);
            signature[0] ^= 1;
            return right && !wrongPurpose && !key.verifyingKey().verify(Purpose.ROSTER, TEXT, signature);
        }
    }

    private static boolean seals() {
        try (KemPrivateKey key = KemPrivateKey.generate(Suite.ML_KEM_768_ML_DSA_65);
                Encapsulation sent = key.publicKey().encapsulate(new SecureRandom());
                SecretBytes received = key.decapsulate(sent.ciphertext());
                SecretBytes sealing = derive(sent.secret());
                SecretBytes opening = derive(received)) {
            byte[] sealed = Seal.seal(sealing, TEXT, TEXT);
            boolean right = Arrays.equals(Seal.open(opening, TEXT, sealed), TEXT);
            sealed[0] ^= 1;
            return right && !opens(opening, sealed);
        }
    }

    private static SecretBytes derive(SecretBytes secret) {
        byte[] bytes = secret.toBytes();
        try {
            return SecretBytes.takeOver(Hkdf.derive(bytes, TEXT, 32));
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static boolean opens(SecretBytes key, byte[] sealed) {
        try {
            Seal.open(key, TEXT, sealed);
            return true;
        } catch (RejectedException e) {
            return false;
        }
    }
}
