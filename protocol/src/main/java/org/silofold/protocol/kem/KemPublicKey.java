package org.silofold.protocol.kem;

import java.security.SecureRandom;
import java.util.Arrays;
import javax.security.auth.DestroyFailedException;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/** A public KEM key: ML-KEM-768. A value; thread-safe. */
public final class KemPublicKey {
    private final MLKEMPublicKeyParameters key;
    private final byte[] spki;

    KemPublicKey(MLKEMPublicKeyParameters key) {
        this.key = key;
        this.spki = KemPrivateKey.FORM.toSpki(key);
    }

    /**
     * A key from its SubjectPublicKeyInfo, DER (RFC 9935). FIPS 203's modulus check (7.2) is part of it: Bouncy Castle's key refuses
     * coefficients that are not below 3329.
     *
     * @throws RejectedException with {@link Reason#INVALID_FIELD} if it is not an ML-KEM-768 key in exactly that form
     */
    public static KemPublicKey fromSpki(byte[] spki) {
        return new KemPublicKey(KemPrivateKey.FORM.fromSpki(spki));
    }

    /** The SubjectPublicKeyInfo, DER; a copy. */
    public byte[] spki() {
        return spki.clone();
    }

    /** A fresh secret for the holder of the private key; the caller closes it. */
    public Encapsulation encapsulate(SecureRandom random) {
        SecretWithEncapsulation result = new MLKEMGenerator(random).generateEncapsulated(key);
        Encapsulation encapsulation =
                new Encapsulation(result.getEncapsulation(), SecretBytes.takeOver(result.getSecret()));
        try {
            // getSecret() copies: this wipes the original.
            result.destroy();
        } catch (DestroyFailedException e) {
            throw new IllegalStateException("the KEM's own copy of a secret cannot be wiped", e);
        }
        return encapsulation;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KemPublicKey kem && Arrays.equals(spki, kem.spki);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(spki);
    }

    @Override
    public String toString() {
        return "KemPublicKey[ML-KEM-768, SHA-256 " + Digest.sha256(spki) + "]";
    }
}
