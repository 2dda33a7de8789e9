package org.silofold.protocol.reason;

import java.util.Objects;

/**
 * Input that the protocol refuses. The reason is stable and machine-readable; the detail says what was wrong and where, for a
 * person, and never holds secret bytes. Carries no stack trace: refusing hostile input must stay cheap.
 */
public final class RejectedException extends RuntimeException {
    private final Reason reason;

    /**
     * @param reason the stable code
     * @param detail one line: what was wrong and where; never secret bytes
     */
    public RejectedException(Reason reason, String detail) {
        super(reason.code() + ": " + detail, null, false, false);
        this.reason = Objects.requireNonNull(reason);
    }

    /** The stable code of this refusal. */
    public Reason reason() {
        return reason;
    }
}
