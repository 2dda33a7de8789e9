package org.silofold.job.coordinate;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.job.event.CoordinatorEvent.VoteSeen;
import org.silofold.job.event.RosterId;
import org.silofold.protocol.params.CommitteeSize;

/**
 * The proof that a cohort can never be certified: signed refusals by member. All that came are kept, so that the proof outlasts a refusal
 * whose member is revoked later: members turn down a whole request that carries one.
 *
 * @param roster the roster of the cohort
 * @param refusals signed records by member, at least t
 */
record Abandonment(RosterId roster, SortedMap<String, byte[]> refusals) {
    Abandonment {
        refusals = new TreeMap<>(refusals);
    }

    /** Keeps a refusal that comes after the cohort was abandoned. */
    void add(Step step, VoteSeen vote) {
        boolean seated = step.registry().roster().point(vote.member()) > 0
                && roster.equals(vote.roster())
                && Seats.mayStillSpeak(step, vote.member());
        if (seated && vote.refused().isPresent()) {
            refusals.putIfAbsent(vote.member(), vote.record());
        }
    }

    /** t refusals that members accept now; fewer if there are not as many. */
    List<byte[]> proof(Step step) {
        if (!RosterId.of(step.registry().context()).equals(roster)) {
            return List.of();
        }
        List<String> committee = step.registry().roster().committee();
        return refusals.entrySet().stream()
                .filter(refusal -> committee.contains(refusal.getKey()) && Seats.mayStillSpeak(step, refusal.getKey()))
                .limit(new CommitteeSize(committee.size()).threshold())
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Whether the proof holds now. */
    boolean holds(Step step) {
        int members = step.registry().roster().committee().size();
        return proof(step).size() >= new CommitteeSize(members).threshold();
    }
}
