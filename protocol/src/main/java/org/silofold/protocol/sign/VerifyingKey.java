package org.silofold.protocol.sign;

import java.util.Arrays;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/** A public signature key: ML-DSA-65. A value; thread-safe. */
public final class VerifyingKey {
    private static final int SIGNATURE_LENGTH = 3309;
    private static final byte[] SEPARATOR = {0};

    private final MLDSAPublicKeyParameters key;
    private final byte[] spki;

    VerifyingKey(MLDSAPublicKeyParameters key) {
        this.key = key;
        this.spki = SigningKey.FORM.toSpki(key);
    }

    /**
     * A key from its SubjectPublicKeyInfo, DER (RFC 9881).
     *
     * @throws RejectedException with {@link Reason#INVALID_FIELD} if it is not an ML-DSA-65 key in exactly that form
     */
    public static VerifyingKey fromSpki(byte[] spki) {
        return new VerifyingKey(SigningKey.FORM.fromSpki(spki));
    }

    /** The SubjectPublicKeyInfo, DER; a copy. */
    public byte[] spki() {
        return spki.clone();
    }

    /** Whether this key's owner signed purpose and header. */
    public boolean verify(Purpose purpose, byte[] header, byte[] signature) {
        return verify(signature, purpose.bytes(), SEPARATOR, header);
    }

    /** FIPS 204's pure verification with an empty context, over the concatenated parts. */
    boolean verify(byte[] signature, byte[]... parts) {
        if (signature.length != SIGNATURE_LENGTH) {
            return false;
        }
        MLDSASigner verifier = new MLDSASigner();
        verifier.init(false, key);
        for (byte[] part : parts) {
            verifier.update(part, 0, part.length);
        }
        return verifier.verifySignature(signature);
    }

    /**
     * As {@link #verify}, for callers that go on only if it holds.
     *
     * @throws RejectedException with {@link Reason#BAD_SIGNATURE} if it does not
     */
    public void requireValid(Purpose purpose, byte[] header, byte[] signature) {
        if (!verify(purpose, header, signature)) {
            throw new RejectedException(Reason.BAD_SIGNATURE, "signature of " + purpose.text() + " does not verify");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifyingKey verifying && Arrays.equals(spki, verifying.spki);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(spki);
    }

    @Override
    public String toString() {
        return "VerifyingKey[ML-DSA-65, SHA-256 " + Digest.sha256(spki) + "]";
    }
}
