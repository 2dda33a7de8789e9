package org.silofold.protocol.message;

import java.util.Optional;
import org.silofold.protocol.reason.Reason;

/**
 * What became of an update.
 *
 * @param context the context
 * @param silo whose update
 * @param updateId which
 * @param kind what happened
 * @param reason why, for {@link Kind#REFUSED} and {@link Kind#SPENT}
 * @param version the version it joined or is in, else -1
 */
public record UpdateFate(
        Context context, String silo, UpdateId updateId, Kind kind, Optional<Reason> reason, long version)
        implements Message {
    /** Kinds of fate, in the order in which they may follow one another. */
    public enum Kind {
        /** Every shard was verified and enough members accepted its shares. */
        ACCEPTED("accepted"),
        /** Part of the cohort proposed for a version. */
        JOINED("joined"),
        /** Final: in a published version. */
        IN_VERSION("in-version"),
        /** Final: turned away before it was part of a certified cohort. */
        REFUSED("refused"),
        /** Final: its cohort was certified or timed out without opening. */
        SPENT("spent");

        private final String code;

        Kind(String code) {
            this.code = code;
        }

        /** The stable code on the wire. */
        public String code() {
            return code;
        }

        /** Whether no other fate follows this one. */
        public boolean isFinal() {
            return this == IN_VERSION || this == REFUSED || this == SPENT;
        }

        /**
         * The kind with this code.
         *
         * @throws IllegalArgumentException if none has it
         */
        public static Kind ofCode(String code) {
            for (Kind kind : values()) {
                if (kind.code.equals(code)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("unknown fate: " + code);
        }
    }
}
