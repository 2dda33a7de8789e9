package org.silofold.silo.store;

/** How far an update came. States only move forward; a final one never changes, but that what was refused may be proven withdrawn. */
public enum UpdateState {
    /** Durable in the outbox; the broker has not acknowledged all of it. */
    NOT_SENT("not-sent", 0),
    /** The broker has acknowledged every record. */
    SENT("sent", 1),
    /** Complete, and enough members accepted its shares. */
    ACCEPTED("accepted", 2),
    /** Part of the cohort proposed for a version. */
    JOINED("joined", 3),
    /** Final: in a published version. */
    IN_VERSION("in-version", 4),
    /** Final: turned away before it was part of a certified cohort. */
    REFUSED("refused", 4),
    /** Final: its cohort was certified or timed out without opening. */
    SPENT("spent", 4),
    /** Final: the committee has proven that it never voted for it and never will, so its base is free again. */
    WITHDRAWN("withdrawn", 5);

    private final String code;
    private final int rank;

    UpdateState(String code, int rank) {
        this.code = code;
        this.rank = rank;
    }

    /** The stable code. */
    public String code() {
        return code;
    }

    /** Whether the state is final. */
    public boolean isFinal() {
        return rank >= IN_VERSION.rank;
    }

    /**
     * Whether an update in this state, joined to {@code version}, may go to the other state.
     *
     * @param version the version that it has joined, else -1
     * @param otherVersion the version that comes with the other state, else -1
     */
    public boolean mayBecome(UpdateState other, long version, long otherVersion) {
        if (other == WITHDRAWN) {
            return mayBeWithdrawn();
        }
        if (isFinal()) {
            return false;
        }
        return other.rank > rank || (this == JOINED && other == JOINED && otherVersion > version);
    }

    /**
     * Whether a proof by the committee ends this state. Whoever refused an update may have lied, and what a cohort was proposed with can still
     * be voted down; what was opened or lost cannot.
     */
    public boolean mayBeWithdrawn() {
        return this != IN_VERSION && this != SPENT && this != WITHDRAWN;
    }

    /**
     * The state with this code.
     *
     * @throws IllegalArgumentException if none has it
     */
    public static UpdateState ofCode(String code) {
        for (UpdateState state : values()) {
            if (state.code.equals(code)) {
                return state;
            }
        }
        throw new IllegalArgumentException("unknown update state: " + code);
    }
}
