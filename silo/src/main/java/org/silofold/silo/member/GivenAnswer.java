package org.silofold.silo.member;

import java.util.List;
import java.util.Optional;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/**
 * The one answer that a member gave to a cohort.
 *
 * @param digest the cohort digest
 * @param epoch roster epoch
 * @param model the model
 * @param buffer version and attempt
 * @param policySequence policy sequence at the time of the answer
 * @param refused empty for a vote
 * @param inTheWay the updates that stand in the way; empty for a vote
 */
public record GivenAnswer(
        Digest digest,
        int epoch,
        String model,
        Buffer buffer,
        long policySequence,
        Optional<Reason> refused,
        List<UpdateRef> inTheWay) {}
