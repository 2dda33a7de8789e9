package org.silofold.job.coordinate;

/** How far an update has come. The code is what state holds. */
enum Stage {
    /** Shards, manifest or receipts are missing. */
    GATHERING(1),
    /** Complete and accepted by enough members; waits for a place. */
    ELIGIBLE(2),
    /** In the open buffer, added into its accumulator, still free to leave. */
    BUFFERED(3),
    /** In a cohort that was requested. */
    REQUESTED(4);

    private final int code;

    Stage(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static Stage ofCode(int code) {
        for (Stage stage : values()) {
            if (stage.code == code) {
                return stage;
            }
        }
        throw new IllegalArgumentException("unknown stage: " + code);
    }
}
