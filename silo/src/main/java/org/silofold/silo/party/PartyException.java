package org.silofold.silo.party;

/** A party's directory is not usable. The message is one line for a person: which file, and what is wrong with it. */
public final class PartyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message one line, without secret bytes */
    public PartyException(String message) {
        super(message);
    }

    /**
     * @param message one line, without secret bytes
     * @param cause what was thrown
     */
    public PartyException(String message, Throwable cause) {
        super(message, cause);
    }
}
