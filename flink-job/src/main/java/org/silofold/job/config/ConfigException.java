package org.silofold.job.config;

/** The configuration cannot be used; the message is one line that names the option or file. */
public final class ConfigException extends RuntimeException {
    /**
     * @param message one line
     */
    public ConfigException(String message) {
        super(message);
    }

    /**
     * @param message one line
     * @param cause what went wrong
     */
    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
