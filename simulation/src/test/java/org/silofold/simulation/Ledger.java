package org.silofold.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateRef;

/** What everybody said, seen from above, and what must hold of it at every moment. */
final class Ledger {
    private final Federation federation;
    private final Set<String> liars;
    private final Map<Digest, List<UpdateRef>> cohorts = new LinkedHashMap<>();
    private final Map<Digest, Set<String>> honestVotes = new LinkedHashMap<>();
    private final Map<Digest, Set<String>> writtenVotes = new HashMap<>();
    private final Map<String, Map<Digest, Boolean>> answers = new HashMap<>();
    private final Map<Digest, Map<String, int[]>> responses = new LinkedHashMap<>();
    private final Map<UpdateKey, Digest> spentBy = new HashMap<>();

    Ledger(Federation federation, Set<String> liars) {
        this.federation = federation;
        this.liars = liars;
    }

    static Digest digest(UnmaskRequest request) {
        return Cohort.of(request.cohort())
                .digest(request.context(), request.buffer(), request.previousManifestDigest());
    }

    void requested(UnmaskRequest request) {
        cohorts.put(digest(request), request.cohort());
    }

    Map<Digest, List<UpdateRef>> cohorts() {
        return cohorts;
    }

    /** Sums of shares that left honest members, by cohort and member. */
    Map<Digest, Map<String, int[]>> responses() {
        return responses;
    }

    /** A member's answer is in its topic. */
    void voted(UnmaskVote vote) {
        String member = vote.context().sender();
        boolean refused = vote.refused().isPresent();
        if (!refused) {
            writtenVotes
                    .computeIfAbsent(vote.cohortDigest(), digest -> new HashSet<>())
                    .add(member);
        }
        if (liars.contains(member)) {
            return;
        }
        Boolean before =
                answers.computeIfAbsent(member, name -> new HashMap<>()).put(vote.cohortDigest(), refused);
        assertThat(Optional.ofNullable(before).orElse(refused))
                .as("one answer of %s to %s", member, vote.cohortDigest())
                .isEqualTo(refused);
        if (!refused
                && honestVotes
                        .computeIfAbsent(vote.cohortDigest(), digest -> new HashSet<>())
                        .add(member)) {
            checkCertifiable();
        }
    }

    /** No two cohorts that share an update can ever get t votes, and none below the minimum can, whatever liars say. */
    private void checkCertifiable() {
        Map<UpdateKey, Digest> seen = new HashMap<>();
        honestVotes.forEach((digest, voters) -> {
            if (voters.size() + liars.size() < federation.size().threshold()) {
                return;
            }
            List<UpdateRef> cohort = cohorts.get(digest);
            checkOrganisations(cohort);
            for (UpdateRef ref : cohort) {
                Digest other = seen.putIfAbsent(UpdateKey.of(ref), digest);
                assertThat(other)
                        .as("certified cohorts are disjoint at %s", ref)
                        .isIn(null, digest);
            }
        });
    }

    private void checkOrganisations(List<UpdateRef> cohort) {
        assertThat(cohort.stream().map(ref -> federation.organisation(ref.silo())))
                .as("organisations")
                .doesNotHaveDuplicates()
                .hasSizeGreaterThanOrEqualTo(federation.shape().minCohort());
    }

    /** A member's sum of shares is in its topic. */
    void responded(UnmaskResponse response, int[] words) {
        String member = response.context().sender();
        if (liars.contains(member)) {
            return;
        }
        Digest digest = response.cohortDigest();
        assertThat(writtenVotes.getOrDefault(digest, Set.of()))
                .as("a share of %s leaves after t votes for %s", member, digest)
                .hasSizeGreaterThanOrEqualTo(federation.size().threshold());
        checkOrganisations(cohorts.get(digest));
        int[] before =
                responses.computeIfAbsent(digest, d -> new LinkedHashMap<>()).put(member, words);
        assertThat(before == null ? words : before).as("the same sum again").isEqualTo(words);
        for (UpdateRef ref : cohorts.get(digest)) {
            Digest other = spentBy.putIfAbsent(UpdateKey.of(ref), digest);
            assertThat(other).as("%s is in one response alone", ref).isIn(null, digest);
        }
    }
}
