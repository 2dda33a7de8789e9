package org.silofold.protocol.kem;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.silofold.protocol.key.KeyForm;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * A private KEM key: ML-KEM-768 (FIPS 203), kept as its 64-byte seed. Thread-safe until closed; {@link #toString()} shows no key
 * material.
 */
public final class KemPrivateKey implements AutoCloseable {
    /** The one form of each half. */
    static final KeyForm<MLKEMPrivateKeyParameters, MLKEMPublicKeyParameters> FORM = new KeyForm<>(
            "ML-KEM-768",
            key -> key instanceof MLKEMPrivateKeyParameters s
                            && s.getParameters() == MLKEMParameters.ml_kem_768
                            && s.getSeed() != null
                    ? Optional.of(s.withPreferredFormat(MLKEMPrivateKeyParameters.SEED_ONLY))
                    : Optional.empty(),
            key -> key instanceof MLKEMPublicKeyParameters p && p.getParameters() == MLKEMParameters.ml_kem_768
                    ? Optional.of(p)
                    : Optional.empty());

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
        return new KemPrivateKey(FORM.fromPem(pem));
    }

    /** PKCS#8 PEM, seed form (RFC 9935), ASCII; the caller wipes it. */
    public byte[] toPem() {
        return FORM.toPem(key);
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
