package org.silofold.silo.member;

import java.util.List;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/** What the rules say of a proposed cohort at one moment. Only a vote or a refusal is final. */
public sealed interface Decision {
    /** Nothing stands in the way: lock, then vote. */
    record Vote() implements Decision {}

    /**
     * Something is known to be wrong and will stay wrong.
     *
     * @param reason the first thing that is wrong
     * @param inTheWay every update that is in the way of a vote; empty if the cohort as a whole is wrong
     */
    record Refuse(Reason reason, List<UpdateRef> inTheWay) implements Decision {}

    /**
     * Something was not seen yet, or an update is locked in another cohort.
     *
     * @param forWhat one line for a person
     */
    record Wait(String forWhat) implements Decision {}
}
