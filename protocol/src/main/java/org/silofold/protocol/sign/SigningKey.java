package org.silofold.protocol.sign;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.silofold.protocol.key.KeyForm;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.reason.RejectedException;

/**
 * A private signing key: ML-DSA-65 (FIPS 204), kept as its 32-byte seed. Signing is hedged. Thread-safe until closed;
 * {@link #toString()} shows no key material.
 */
public final class SigningKey implements AutoCloseable {
    /** The one form of each half. */
    static final KeyForm<MLDSAPrivateKeyParameters, MLDSAPublicKeyParameters> FORM = new KeyForm<>(
            "ML-DSA-65",
            key -> key instanceof MLDSAPrivateKeyParameters s
                            && s.getParameters() == MLDSAParameters.ml_dsa_65
                            && s.getSeed() != null
                    ? Optional.of(s.withPreferredFormat(MLDSAPrivateKeyParameters.SEED_ONLY))
                    : Optional.empty(),
            key -> key instanceof MLDSAPublicKeyParameters p && p.getParameters() == MLDSAParameters.ml_dsa_65
                    ? Optional.of(p)
                    : Optional.empty());

    private static final int SEED_LENGTH = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final MLDSAPrivateKeyParameters key;

    private SigningKey(MLDSAPrivateKeyParameters key) {
        this.key = key;
    }

    /** A fresh key for this suite. */
    public static SigningKey generate(Suite suite) {
        return switch (suite) {
            case ML_KEM_768_ML_DSA_65 -> {
                byte[] seed = new byte[SEED_LENGTH];
                RANDOM.nextBytes(seed);
                yield ofSeed(seed);
            }
        };
    }

    /** The key of this seed (FIPS 204, xi); takes the array over. */
    static SigningKey ofSeed(byte[] seed) {
        // Bouncy Castle keeps the very array that it is given, so it gets one of its own: destroy() wipes that one.
        MLDSAPrivateKeyParameters key = new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_65, seed.clone());
        Arrays.fill(seed, (byte) 0);
        return new SigningKey(key);
    }

    /**
     * A key from PKCS#8 PEM, seed form (RFC 9881).
     *
     * @param pem ASCII; the caller wipes it
     * @throws RejectedException INVALID_FIELD if it is not such a key, in the one DER form that {@link #toPem()} writes
     */
    public static SigningKey fromPem(byte[] pem) {
        return new SigningKey(FORM.fromPem(pem));
    }

    /** PKCS#8 PEM, seed form (RFC 9881), ASCII; the caller wipes it. */
    public byte[] toPem() {
        return FORM.toPem(key);
    }

    /** Signs purpose and header. */
    public byte[] sign(Purpose purpose, byte[] header) {
        MLDSASigner signer = new MLDSASigner();
        signer.init(true, new ParametersWithRandom(key, RANDOM));
        byte[] text = purpose.bytes();
        signer.update(text, 0, text.length);
        signer.update((byte) 0);
        signer.update(header, 0, header.length);
        try {
            return signer.generateSignature();
        } catch (CryptoException e) {
            throw new IllegalStateException("signing with a valid key does not fail", e);
        }
    }

    /** The public half. */
    public VerifyingKey verifyingKey() {
        return new VerifyingKey(key.getPublicKeyParameters());
    }

    /** Wipes seed and key; any further use but {@link #verifyingKey()} fails with IllegalStateException. */
    @Override
    public void close() {
        key.destroy();
    }

    @Override
    public String toString() {
        return "SigningKey[ML-DSA-65]";
    }
}
