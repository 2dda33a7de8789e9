package org.silofold.protocol.testing;

import java.security.SecureRandom;

/** Randomness that is one given byte string, handed out once: what FIPS 203 and 204 call m and rnd. */
public final class FixedRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final byte[] bytes;
    private boolean used;

    /** @param bytes what the only draw returns */
    public FixedRandom(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    @Override
    public void nextBytes(byte[] out) {
        if (used || out.length != bytes.length) {
            throw new IllegalStateException("drew " + out.length + " bytes of " + (used ? 0 : bytes.length));
        }
        used = true;
        System.arraycopy(bytes, 0, out, 0, out.length);
    }
}
