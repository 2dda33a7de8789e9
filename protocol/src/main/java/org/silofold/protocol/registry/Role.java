package org.silofold.protocol.registry;

/** What an enrolled party may do. */
public enum Role {
    /** Sends updates; may sit in the committee. */
    SILO("silo"),
    /** Sits in the committee without sending updates, a regulator's say. */
    MEMBER("member"),
    /** Runs the job. */
    AGGREGATOR("aggregator"),
    /** Receives every update's content key and recomputes versions. */
    AUDITOR("auditor"),
    /** The federation authority itself. */
    AUTHORITY("authority");

    private final String code;

    Role(String code) {
        this.code = code;
    }

    /** The stable code on the wire. */
    public String code() {
        return code;
    }

    /**
     * The role with this code.
     *
     * @throws IllegalArgumentException if none has it
     */
    public static Role ofCode(String code) {
        for (Role role : values()) {
            if (role.code.equals(code)) {
                return role;
            }
        }
        throw new IllegalArgumentException("unknown role: " + code);
    }
}
