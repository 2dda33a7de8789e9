package org.silofold.silo.admin;

/** Something the authority cannot do; the message is one line for a person. */
public final class AdminException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With this message. */
    public AdminException(String message) {
        super(message);
    }

    /** With this message and cause. */
    public AdminException(String message, Throwable cause) {
        super(message, cause);
    }
}
