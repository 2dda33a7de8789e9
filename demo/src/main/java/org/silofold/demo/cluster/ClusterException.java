package org.silofold.demo.cluster;

import java.io.IOException;

/** Why a cluster of processes is not as it was asked for; the message is one line that names what and where. */
public final class ClusterException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message one line
     */
    public ClusterException(String message) {
        super(message);
    }

    /**
     * @param message one line
     * @param cause what was thrown
     */
    public ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
