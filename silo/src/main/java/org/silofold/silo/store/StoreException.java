package org.silofold.silo.store;

/** Durable state cannot be read or written. The message is one line for a person. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean full;

    /**
     * @param message one line
     * @param full whether the disk is full
     * @param cause what was thrown
     */
    public StoreException(String message, boolean full, Throwable cause) {
        super(message, cause);
        this.full = full;
    }

    /** Whether the disk is full. */
    public boolean full() {
        return full;
    }
}
