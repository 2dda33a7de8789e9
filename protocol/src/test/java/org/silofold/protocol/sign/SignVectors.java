package org.silofold.protocol.sign;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HexFormat;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithContext;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.silofold.protocol.testing.FixedRandom;

/** What the known-answer tests of ML-DSA-65 share. */
final class SignVectors {
    /** SubjectPublicKeyInfo of an ML-DSA-65 key up to the key itself (RFC 9881). */
    private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("308207b2300b0609608648016503040312038207a100");

    private static final int MU_LENGTH = 64;

    private SignVectors() {}

    static byte[] hex(JsonNode test, String field) {
        return HexFormat.of().parseHex(test.get(field).textValue());
    }

    static byte[] spki(byte[] publicKey) {
        byte[] spki = new byte[SPKI_PREFIX.length + publicKey.length];
        System.arraycopy(SPKI_PREFIX, 0, spki, 0, SPKI_PREFIX.length);
        System.arraycopy(publicKey, 0, spki, SPKI_PREFIX.length, publicKey.length);
        return spki;
    }

    static MLDSAPrivateKeyParameters privateKey(byte[] encoded) {
        return new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_65, encoded);
    }

    static MLDSAPublicKeyParameters publicKey(byte[] encoded) {
        return new MLDSAPublicKeyParameters(MLDSAParameters.ml_dsa_65, encoded);
    }

    /** FIPS 204's mu for its internal functions: SHAKE256(SHAKE256(pk) | M'). */
    static byte[] mu(byte[] tr, byte[] message) {
        SHAKEDigest shake = new SHAKEDigest(256);
        shake.update(tr, 0, tr.length);
        shake.update(message, 0, message.length);
        byte[] mu = new byte[MU_LENGTH];
        shake.doFinal(mu, 0, MU_LENGTH);
        return mu;
    }

    static byte[] tr(byte[] publicKey) {
        return mu(publicKey, new byte[0]);
    }

    /** Signs mu; deterministically without rnd. */
    static byte[] signMu(MLDSAPrivateKeyParameters key, byte[] rnd, byte[] mu) throws CryptoException {
        MLDSASigner signer = new MLDSASigner();
        signer.init(true, rnd == null ? key : new ParametersWithRandom(key, new FixedRandom(rnd)));
        return signer.generateMuSignature(mu);
    }

    /** Signs deterministically, pure, under a context. */
    static byte[] sign(MLDSAPrivateKeyParameters key, byte[] context, byte[] message) throws CryptoException {
        MLDSASigner signer = new MLDSASigner();
        signer.init(true, new ParametersWithContext(key, context));
        signer.update(message, 0, message.length);
        return signer.generateSignature();
    }

    static boolean verify(byte[] publicKey, byte[] context, byte[] message, byte[] signature) {
        MLDSASigner verifier = new MLDSASigner();
        verifier.init(false, new ParametersWithContext(publicKey(publicKey), context));
        verifier.update(message, 0, message.length);
        return verifier.verifySignature(signature);
    }
}
