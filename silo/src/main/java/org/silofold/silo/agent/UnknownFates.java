package org.silofold.silo.agent;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.silofold.protocol.reason.Reason;
import org.silofold.silo.store.OutgoingUpdate;
import org.silofold.silo.store.UpdateState;
import org.silofold.silo.store.UpdateTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends updates of which the log will say nothing any more: their final fate came while the agent was away, and was dropped. Frees nothing. A version that
 * lists such an update has the last word before and after.
 */
final class UnknownFates {
    /** How long the log keeps fates at least, unless an operator lowered it. */
    static final Duration KEPT = Duration.ofDays(30);

    private static final Logger LOG = LoggerFactory.getLogger(UnknownFates.class);

    private final UpdateTable updates;
    private final OwnLog own;
    private final Clock clock;

    UnknownFates(UpdateTable updates, OwnLog own, Clock clock) {
        this.updates = updates;
        this.own = own;
        this.clock = clock;
    }

    /**
     * Ends what expired that long ago. Call it when the fates were read to their end; it waits for the chain, and for what the silo itself sent, by
     * doing nothing.
     *
     * @return whether anything changed
     */
    boolean end() {
        boolean ended = false;
        for (OutgoingUpdate update : updates.openAfter(clock.millis() - KEPT.toMillis())) {
            if (own.known(update.model())
                    && updates.advance(
                            update.updateId(),
                            UpdateState.REFUSED,
                            -1,
                            Optional.of(Reason.FATE_UNKNOWN),
                            detail(update))) {
                LOG.warn("update {} of {}: {}", update.updateId(), update.model(), detail(update));
                ended = true;
            }
        }
        return ended;
    }

    private static String detail(OutgoingUpdate update) {
        return "the log holds no final fate of it any more and no version lists it; the last that was heard is "
                + update.state().code() + "; version " + update.baseVersion() + " stays spent, train from a newer one";
    }
}
