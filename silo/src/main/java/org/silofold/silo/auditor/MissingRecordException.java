package org.silofold.silo.auditor;

/** A version cannot be recomputed, for now or for ever, and nothing is known to be wrong with it. The message is one line. */
public final class MissingRecordException extends RuntimeException {
    /** What that means. */
    public enum Kind {
        /** The log has not shown it yet. Once the log was read to its end without a gap, it was never there. */
        NOT_SEEN,
        /** The registry has not shown a document yet, or no longer holds it: only the newest of each kind stays there. */
        NOT_REGISTERED,
        /** It was in the log, or may have been, and is older than what the log keeps. */
        GONE,
        /**
         * Something is there under its name, and cannot be judged here: it does not verify by the keys and revocations that this auditor
         * knows, was not made for its eyes, or is one of several that its sender signed for one place.
         */
        CLOSED
    }

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /**
     * @param kind what it means
     * @param message what is missing
     */
    public MissingRecordException(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    /** What it means. */
    public Kind kind() {
        return kind;
    }
}
