package org.silofold.silo.sdk;

import java.util.Optional;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.reason.Reason;

/**
 * How far an update came.
 *
 * @param updateId the update
 * @param model its model
 * @param baseVersion the version it was trained from
 * @param state how far it came; moves forward only, but that what was refused may still be withdrawn
 * @param version the version that it joined or is in, else -1
 * @param reason why it was refused or spent
 * @param detail one line for a person, may be empty
 * @param bytes size of all its records
 */
public record UpdateStatus(
        UpdateId updateId,
        String model,
        long baseVersion,
        State state,
        long version,
        Optional<Reason> reason,
        String detail,
        long bytes) {
    /** States, in the order in which they follow one another; the last four are final. */
    public enum State {
        /** Durable at the agent, not yet with the broker. */
        NOT_SENT("not-sent"),
        /** The broker has all of it. */
        SENT("sent"),
        /** Complete, and enough members accepted its shares. */
        ACCEPTED("accepted"),
        /** Part of the cohort proposed for {@link UpdateStatus#version()}. */
        JOINED("joined"),
        /** Final: in {@link UpdateStatus#version()}. */
        IN_VERSION("in-version"),
        /**
         * Turned away: final, but that {@link #WITHDRAWN} may follow. The agent itself takes an update back that expired, or that it could not send in
         * full, while its base is the newest version here. With reason fate-unknown nobody knows any more how it ended.
         */
        REFUSED("refused"),
        /** Final: its cohort ended without a version. */
        SPENT("spent"),
        /** Final: taken back before any member voted for it; its base is free again. */
        WITHDRAWN("withdrawn");

        private final String code;

        State(String code) {
            this.code = code;
        }

        /** The stable code. */
        public String code() {
            return code;
        }

        /** Whether no other state follows. */
        public boolean isFinal() {
            return this == IN_VERSION || this == REFUSED || this == SPENT || this == WITHDRAWN;
        }

        static State ofCode(String code) {
            for (State state : values()) {
                if (state.code.equals(code)) {
                    return state;
                }
            }
            throw new SiloException(SiloException.BAD_ANSWER, "the agent names an unknown state: " + code);
        }
    }
}
