package org.silofold.protocol.kem;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.security.auth.DestroyFailedException;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.silofold.protocol.envelope.SecretBytes;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/** A public KEM key: ML-KEM-768. A value; thread-safe. */
public final class KemPublicKey {
    private final MLKEMPublicKeyParameters key;
    private final byte[] spki;

    KemPublicKey(MLKEMPublicKeyParameters key) {
        this.key = key;
        try {
            this.spki =
                    SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(key).getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException("a key in memory encodes", e);
        }
    }

    /**
     * A key from its SubjectPublicKeyInfo, DER (RFC 9935). FIPS 203's modulus check (7.2) is part of it: Bouncy Castle's key refuses
     * coefficients that are not below 3329.
     *
     * @throws RejectedException with {@link Reason#INVALID_FIELD} if it is not an ML-KEM-768 key in exactly that form
     */
    public static KemPublicKey fromSpki(byte[] spki) {
        try {
            AsymmetricKeyParameter parsed = PublicKeyFactory.createKey(spki);
            if (parsed instanceof MLKEMPublicKeyParameters key && key.getParameters() == MLKEMParameters.ml_kem_768) {
                KemPublicKey kem = new KemPublicKey(key);
                if (Arrays.equals(kem.spki, spki)) {
                    return kem;
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new RejectedException(Reason.INVALID_FIELD, "not a SubjectPublicKeyInfo");
        }
        throw new RejectedException(Reason.INVALID_FIELD, "not an ML-KEM-768 SubjectPublicKeyInfo");
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
