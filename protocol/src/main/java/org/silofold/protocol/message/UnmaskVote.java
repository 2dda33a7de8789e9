package org.silofold.protocol.message;

import java.util.List;
import java.util.Optional;
import org.silofold.protocol.reason.Reason;

/**
 * A member's one and only answer to a cohort: a vote, or a refusal that is just as durable.
 *
 * @param context the context
 * @param buffer version and attempt
 * @param cohortDigest the cohort
 * @param refused empty for a vote, else why the member will never vote for this cohort
 * @param inTheWay the updates that stand in the way of a vote
 */
public record UnmaskVote(
        Context context, Buffer buffer, Digest cohortDigest, Optional<Reason> refused, List<UpdateRef> inTheWay)
        implements Message {}
