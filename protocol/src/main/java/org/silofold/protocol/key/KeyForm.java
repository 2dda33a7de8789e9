package org.silofold.protocol.key;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * How the keys of one algorithm are written: PKCS#8 in seed form within PEM, and SubjectPublicKeyInfo (RFC 9881 for ML-DSA, RFC 9935
 * for ML-KEM). Each key has one form alone: what re-encodes to other bytes is refused.
 *
 * @param <S> Bouncy Castle's private key
 * @param <P> Bouncy Castle's public key
 */
public final class KeyForm<S extends AsymmetricKeyParameter, P extends AsymmetricKeyParameter> {
    private static final String LABEL = "PRIVATE KEY";

    private final String algorithm;
    private final Function<AsymmetricKeyParameter, Optional<S>> seedKey;
    private final Function<AsymmetricKeyParameter, Optional<P>> publicKey;

    /**
     * The form of one algorithm's keys.
     *
     * @param algorithm its name, for messages
     * @param seedKey the private key, set to be encoded as its seed; empty if it is of another algorithm or has no seed
     * @param publicKey the public key; empty if it is of another algorithm
     */
    public KeyForm(
            String algorithm,
            Function<AsymmetricKeyParameter, Optional<S>> seedKey,
            Function<AsymmetricKeyParameter, Optional<P>> publicKey) {
        this.algorithm = algorithm;
        this.seedKey = seedKey;
        this.publicKey = publicKey;
    }

    /**
     * A private key.
     *
     * @param pem ASCII; the caller wipes it
     * @throws RejectedException {@link Reason#INVALID_FIELD} if it is not such a key, in the one form that {@link #toPem} writes
     */
    public S fromPem(byte[] pem) {
        byte[] der = Pem.decode(LABEL, pem);
        byte[] again = {};
        try {
            Optional<S> key = seedKey.apply(PrivateKeyFactory.createKey(der));
            if (key.isPresent()) {
                again = PrivateKeyInfoFactory.createPrivateKeyInfo(key.get()).getEncoded();
                if (MessageDigest.isEqual(der, again)) {
                    return key.get();
                }
            }
        } catch (IOException | RuntimeException e) {
            // The parser's message might quote what it read.
            throw new RejectedException(Reason.INVALID_FIELD, "not a PKCS#8 private key");
        } finally {
            Arrays.fill(der, (byte) 0);
            Arrays.fill(again, (byte) 0);
        }
        throw new RejectedException(Reason.INVALID_FIELD, "not an " + algorithm + " private key in seed form");
    }

    /** The private key as PEM, ASCII; the caller wipes it. */
    public byte[] toPem(S key) {
        try {
            S seed = seedKey.apply(key).orElseThrow(() -> new IllegalStateException("a private key without its seed"));
            byte[] der = PrivateKeyInfoFactory.createPrivateKeyInfo(seed).getEncoded();
            byte[] pem = Pem.encode(LABEL, der);
            Arrays.fill(der, (byte) 0);
            return pem;
        } catch (IOException e) {
            throw new IllegalStateException("a key in memory encodes", e);
        }
    }

    /**
     * A public key.
     *
     * @param spki SubjectPublicKeyInfo, DER
     * @throws RejectedException {@link Reason#INVALID_FIELD} if it is not such a key, in the one form that {@link #toSpki} writes
     */
    public P fromSpki(byte[] spki) {
        try {
            Optional<P> key = publicKey.apply(PublicKeyFactory.createKey(spki));
            if (key.isPresent() && Arrays.equals(toSpki(key.get()), spki)) {
                return key.get();
            }
        } catch (IOException | RuntimeException e) {
            throw new RejectedException(Reason.INVALID_FIELD, "not a SubjectPublicKeyInfo");
        }
        throw new RejectedException(Reason.INVALID_FIELD, "not an " + algorithm + " SubjectPublicKeyInfo");
    }

    /** The public key as SubjectPublicKeyInfo, DER. */
    public byte[] toSpki(P key) {
        try {
            return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(key).getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException("a key in memory encodes", e);
        }
    }
}
