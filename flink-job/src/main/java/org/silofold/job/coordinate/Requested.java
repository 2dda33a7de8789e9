package org.silofold.job.coordinate;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.protocol.cohort.VoteTally;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.reason.Reason;

/** A cohort that waits for votes until its deadline. A member's first answer stands. */
final class Requested extends Awaiting {
    /**
     * A member's answer.
     *
     * @param refused empty for a vote
     * @param inTheWay what stands in the way, for a refusal
     * @param record the signed record of a refusal, empty for a vote
     */
    record Answer(Optional<Reason> refused, List<UpdateRef> inTheWay, byte[] record) {
        /** Whether it is a refusal for this update's having been withdrawn. */
        boolean isWithdrawn(UpdateRef ref) {
            return refused.equals(Optional.of(Reason.WITHDRAWN)) && inTheWay.contains(ref);
        }
    }

    private final int requests;
    private final SortedMap<String, Answer> answers = new TreeMap<>();

    /**
     * @param deadlineMillis until when answers are waited for
     * @param requests how often the cohort was put to the committee, from 1
     */
    Requested(Proposal proposal, long deadlineMillis, int requests) {
        super(proposal, deadlineMillis);
        this.requests = requests;
    }

    /** The same cohort with the answers so far, put to the committee once more. */
    Requested again(long newDeadlineMillis) {
        Requested again = new Requested(proposal(), newDeadlineMillis, requests + 1);
        again.answers.putAll(answers);
        return again;
    }

    int requests() {
        return requests;
    }

    SortedMap<String, Answer> answers() {
        return answers;
    }

    /** The answers counted, of those members who may still speak. */
    VoteTally tally(Step step) {
        VoteTally tally =
                new VoteTally(new CommitteeSize(proposal().terms().committee().size()).threshold());
        answers.forEach((member, answer) -> {
            if (Seats.mayStillSpeak(step, member)) {
                tally.add(member, answer.refused().isEmpty());
            }
        });
        return tally;
    }
}
