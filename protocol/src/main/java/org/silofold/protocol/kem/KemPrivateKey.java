package org.silofold.protocol.kem;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.silofold.protocol.envelope.Pem;
import org.silofold.protocol.envelope.SecretBytes;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * A private KEM key: ML-KEM-768 (FIPS 203), kept as its 64-byte seed. Thread-safe until closed; {@link #toString()} shows no key
 * material.
 */
public final class KemPrivateKey implements AutoCloseable {
    private static final String LABEL = "PRIVATE KEY";
    private static final int SEED_LENGTH = 64;

    private final MLKEMPrivateKeyParameters key;

    private KemPrivateKey(MLKEMPrivateKeyParameters key) {
        this.key = key;
    }

    /** A fresh key for this suite. */
    public static KemPrivateKey generate(Suite suite) {
        return switch (suite) {
            case ML_KEM_768_ML_DSA_65 -> {
                byte[] seed = new byte[SEED_LENGTH];
                new SecureRandom().nextBytes(seed);
                yield ofSeed(seed);
            }
        };
    }

    /** The key of this seed (FIPS 203, d and z); takes the array over. */
    static KemPrivateKey ofSeed(byte[] seed) {
        MLKEMPrivateKeyParameters key = new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, seed.clone());
        Arrays.fill(seed, (byte) 0);
        return new KemPrivateKey(key);
    }

    /**
     * A key from PKCS#8 PEM, seed form (RFC 9935).
     *
     * @param pem ASCII; the caller wipes it
     * @throws RejectedException INVALID_FIELD if it is not such a key, in the one DER form that {@link #toPem()} writes
     */
    public static KemPrivateKey fromPem(byte[] pem) {
        byte[] der = Pem.decode(LABEL, pem);
        try {
            if (PrivateKeyFactory.createKey(der) instanceof MLKEMPrivateKeyParameters key
                    && key.getParameters() == MLKEMParameters.ml_kem_768
                    && key.getSeed() != null
                    && sameBytes(der, encode(key))) {
                return new KemPrivateKey(key);
            }
        } catch (IOException | RuntimeException e) {
            // The parser's message might quote what it read.
            throw new RejectedException(Reason.INVALID_FIELD, "not a PKCS#8 private key");
        } finally {
            Arrays.fill(der, (byte) 0);
        }
        throw new RejectedException(Reason.INVALID_FIELD, "not an ML-KEM-768 private key in seed form");
    }

    /** PKCS#8 PEM, seed form (RFC 9935), ASCII; the caller wipes it. */
    public byte[] toPem() {
        try {
            byte[] der = encode(key);
            byte[] pem = Pem.encode(LABEL, der);
            Arrays.fill(der, (byte) 0);
            return pem;
        } catch (IOException e) {
            throw new IllegalStateException("a key in memory encodes", e);
        }
    }

    private static byte[] encode(MLKEMPrivateKeyParameters key) throws IOException {
        return PrivateKeyInfoFactory.createPrivateKeyInfo(key.withPreferredFormat(MLKEMPrivateKeyParameters.SEED_ONLY))
                .getEncoded();
    }

    private static boolean sameBytes(byte[] der, byte[] encoded) {
        boolean same = MessageDigest.isEqual(der, encoded);
        Arrays.fill(encoded, (byte) 0);
        return same;
    }

    /**
     * The secret in a ciphertext; unrelated to the sender's if the ciphertext is not for this key.
     *
     * @throws RejectedException with {@link Reason#INVALID_FIELD} if the ciphertext has not this algorithm's length
     */
    public SecretBytes decapsulate(byte[] ciphertext) {
        MLKEMExtractor extractor = new MLKEMExtractor(key);
        if (ciphertext.length != extractor.getEncapsulationLength()) {
            throw new RejectedException(
                    Reason.INVALID_FIELD,
                    "a KEM ciphertext has " + extractor.getEncapsulationLength() + " bytes, not " + ciphertext.length);
        }
        return SecretBytes.takeOver(extractor.extractSecret(ciphertext));
    }

    /** The public half. */
    public KemPublicKey publicKey() {
        return new KemPublicKey(key.getPublicKeyParameters());
    }

    /** Wipes seed and key; any further use but {@link #publicKey()} fails with IllegalStateException. */
    @Override
    public void close() {
        key.destroy();
    }

    @Override
    public String toString() {
        return "KemPrivateKey[ML-KEM-768]";
    }
}
