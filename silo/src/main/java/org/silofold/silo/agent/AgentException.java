package org.silofold.silo.agent;

/** Something that the agent cannot do for its caller, which is no fault of the data: see also RejectedException. One line. */
public final class AgentException extends RuntimeException {
    /** The party, the registry or the keys are not there yet. */
    public static final String NOT_READY = "not-ready";
    /** No version of the model was verified yet, or its parameters are gone. */
    public static final String NO_MODEL = "no-model";
    /** The disk is full. */
    public static final String DISK_FULL = "disk-full";
    /** The disk fails otherwise. */
    public static final String DISK_FAILED = "disk-failed";
    /** No such update. */
    public static final String UNKNOWN_UPDATE = "unknown-update";
    /** The update went too far to be withdrawn. */
    public static final String TOO_LATE = "too-late";
    /** The request makes no sense. */
    public static final String BAD_REQUEST = "bad-request";

    private static final long serialVersionUID = 1L;

    private final String code;

    /**
     * @param code one of the constants
     * @param message one line for a person
     */
    public AgentException(String code, String message) {
        super(message);
        this.code = code;
    }

    /**
     * @param code one of the constants
     * @param message one line for a person
     * @param cause what was thrown
     */
    public AgentException(String code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The stable code. */
    public String code() {
        return code;
    }
}
