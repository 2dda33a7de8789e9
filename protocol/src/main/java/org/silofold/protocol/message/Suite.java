package org.silofold.protocol.message;

import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/** Algorithm suites, named in every header and in policy. Never negotiated: a header's suite is allowed by policy or refused. */
public enum Suite {
    /** FIPS 203 ML-KEM-768, FIPS 204 ML-DSA-65, AES-256-GCM, SHA-256 and HKDF-SHA256. */
    ML_KEM_768_ML_DSA_65("ml-kem-768+ml-dsa-65+aes-256-gcm+sha-256");

    private final String text;

    Suite(String text) {
        this.text = text;
    }

    /** The stable text on the wire. */
    public String text() {
        return text;
    }

    /**
     * The suite with this text.
     *
     * @throws RejectedException with {@link Reason#UNSUPPORTED_SUITE} if none has it
     */
    public static Suite ofText(String text) {
        for (Suite suite : values()) {
            if (suite.text.equals(text)) {
                return suite;
            }
        }
        throw new RejectedException(Reason.UNSUPPORTED_SUITE, "unknown suite");
    }
}
