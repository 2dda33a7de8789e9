package org.silofold.kafka;

/** A cluster that cannot be read or changed; the message is one line for a person. */
public final class SetupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SetupException(String message, Throwable cause) {
        super(message, cause);
    }
}
