package org.silofold.protocol.optimize;

import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/** The server's rule for a step. The {@linkplain #code() code} is stable; the Java name never goes on the wire. */
public enum OptimizerKind {
    /** Adds the mean, times a learning rate (McMahan et al. 2017). */
    FEDAVG("fedavg"),
    /** Adds a momentum of the means (Hsu, Qi, Brown 2019). */
    FEDAVGM("fedavgm"),
    /** Adaptive, by the sum of squares (Reddi et al. 2021, algorithm 2). */
    FEDADAGRAD("fedadagrad"),
    /** Adaptive, by a moving average of squares (Reddi et al. 2021, algorithm 2). */
    FEDADAM("fedadam"),
    /** Adaptive, by squares added or taken away (Reddi et al. 2021, algorithm 2). */
    FEDYOGI("fedyogi");

    private final String code;

    OptimizerKind(String code) {
        this.code = code;
    }

    /** The stable code on the wire. */
    public String code() {
        return code;
    }

    /** Whether it divides by the root of a second moment. */
    public boolean adaptive() {
        return this == FEDADAGRAD || this == FEDADAM || this == FEDYOGI;
    }

    /**
     * The kind with this code.
     *
     * @throws RejectedException {@link Reason#INVALID_FIELD} if none has it
     */
    public static OptimizerKind ofCode(String code) {
        for (OptimizerKind kind : values()) {
            if (kind.code.equals(code)) {
                return kind;
            }
        }
        throw new RejectedException(Reason.INVALID_FIELD, "unknown optimiser: " + code);
    }
}
