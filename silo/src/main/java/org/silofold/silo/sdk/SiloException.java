package org.silofold.silo.sdk;

/** Why the agent, or the federation, did not do what was asked. The message is one line for a person. */
public final class SiloException extends RuntimeException {
    /** No agent runs in the party's directory, or it does not answer. */
    public static final String AGENT_NOT_RUNNING = "agent-not-running";
    /** What was waited for did not happen in time. */
    public static final String TIMEOUT = "timeout";
    /** The agent answered something that this program does not understand. */
    public static final String BAD_ANSWER = "bad-answer";

    private static final long serialVersionUID = 1L;

    private final String code;

    /**
     * @param code a constant of this class, the code of a {@link org.silofold.protocol.reason.Reason}, or one of the agent's codes:
     *     unauthorized, not-ready, no-model, unknown-update, too-late, bad-request, disk-full, disk-failed, failed
     * @param message one line
     */
    public SiloException(String code, String message) {
        super(message);
        this.code = code;
    }

    /**
     * @param code as above
     * @param message one line
     * @param cause what was thrown
     */
    public SiloException(String code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The stable code. */
    public String code() {
        return code;
    }
}
