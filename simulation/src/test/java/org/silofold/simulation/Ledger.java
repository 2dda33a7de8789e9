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
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateRef;

/**
 * What everybody said, seen from above, and what must hold of it at every moment. A cohort counts as certified as soon as it could be: with
 * the votes of honest members and of all liars of its committee. An update counts as freed likewise.
 */
final class Ledger {
    /**
     * A cohort that was asked for.
     *
     * @param seats the roster under which it was
     */
    record Asked(Registry.Seats seats, List<UpdateRef> cohort) {}

    private final World world;
    private final Set<String> liars;
    private final Map<Digest, Asked> cohorts = new LinkedHashMap<>();
    private final Map<Digest, Set<String>> honestVotes = new LinkedHashMap<>();
    private final Map<Digest, Set<String>> writtenVotes = new HashMap<>();
    private final Map<String, Map<Digest, Boolean>> answers = new HashMap<>();
    private final Map<Digest, Map<String, int[]>> responses = new LinkedHashMap<>();
    private final Map<UpdateKey, Digest> spentBy = new HashMap<>();
    private final Map<UpdateRef, Set<String>> honestPromises = new HashMap<>();

    Ledger(World world) {
        this.world = world;
        this.liars = world.scenario.liars();
    }

    static Digest digest(UnmaskRequest request) {
        return Cohort.of(request.cohort())
                .digest(request.context(), request.buffer(), request.previousManifestDigest());
    }

    void requested(UnmaskRequest request) {
        Registry.Seats seats = world.authority.seats(request.context().rosterEpoch());
        cohorts.put(digest(request), new Asked(seats, request.cohort()));
    }

    Map<Digest, Asked> cohorts() {
        return cohorts;
    }

    /** Whether a cohort with this update was ever asked for. */
    boolean isRequested(UpdateRef update) {
        return cohorts.values().stream().anyMatch(asked -> asked.cohort().contains(update));
    }

    /** Sums of shares that left honest members, by cohort and member. */
    Map<Digest, Map<String, int[]>> responses() {
        return responses;
    }

    private long liars(Registry.Seats seats) {
        return seats.committee().stream().filter(liars::contains).count();
    }

    /** A member's answer is in its topic. */
    void voted(UnmaskVote vote) {
        String member = vote.context().sender();
        boolean refused = vote.refused().isPresent();
        Digest digest = vote.cohortDigest();
        if (cohorts.get(digest).seats().point(member) == 0) {
            assertThat(liars).as("who votes without a seat").contains(member);
            return;
        }
        if (!refused) {
            writtenVotes.computeIfAbsent(digest, d -> new HashSet<>()).add(member);
        }
        if (liars.contains(member)) {
            return;
        }
        Boolean before =
                answers.computeIfAbsent(member, name -> new HashMap<>()).put(digest, refused);
        assertThat(Optional.ofNullable(before).orElse(refused))
                .as("one answer of %s to %s", member, digest)
                .isEqualTo(refused);
        if (!refused
                && honestVotes.computeIfAbsent(digest, d -> new HashSet<>()).add(member)) {
            checkCertifiable();
        }
    }

    /** A member's promise is in its topic. */
    void promised(NeverVoted promise) {
        String member = promise.context().sender();
        for (UpdateRef ref : promise.updates()) {
            boolean isNew = !liars.contains(member)
                    && honestPromises
                            .computeIfAbsent(ref, update -> new HashSet<>())
                            .add(member);
            if (isNew) {
                checkCertifiable();
            }
        }
    }

    /**
     * No two cohorts that share an update can ever get t votes, and none below the minimum can, whatever liars say; none that can holds an
     * update that t promises can free, nor two of them updates of one honest silo from one base.
     */
    private void checkCertifiable() {
        Map<UpdateKey, Digest> seen = new HashMap<>();
        Map<String, UpdateRef> bases = new HashMap<>();
        honestVotes.forEach((digest, voters) -> {
            Asked asked = cohorts.get(digest);
            int threshold = asked.seats().threshold();
            long lies = liars(asked.seats());
            if (voters.size() + lies < threshold) {
                return;
            }
            checkOrganisations(asked.cohort());
            for (UpdateRef ref : asked.cohort()) {
                Digest other = seen.putIfAbsent(UpdateKey.of(ref), digest);
                if (other != null && !other.equals(digest)) {
                    throw new AssertionError("two certified cohorts with " + ref);
                }
                int promises = honestPromises.getOrDefault(ref, Set.of()).size();
                if (promises + lies >= threshold) {
                    throw new AssertionError("a certified cohort with an update that is free: " + ref);
                }
                UpdateRef same = world.base(ref)
                        .map(base -> bases.putIfAbsent(ref.silo() + "/" + base, ref))
                        .orElse(ref);
                if (same != null && !same.equals(ref)) {
                    throw new AssertionError("two updates from one base in certified cohorts: " + same + ", " + ref);
                }
            }
        });
    }

    private void checkOrganisations(List<UpdateRef> cohort) {
        assertThat(cohort.stream().map(ref -> world.federation.organisation(ref.silo())))
                .as("organisations")
                .doesNotHaveDuplicates()
                .hasSizeGreaterThanOrEqualTo(world.federation.minCohort());
    }

    /** A member's sum of shares is in its topic. */
    void responded(UnmaskResponse response, int[] words) {
        String member = response.context().sender();
        if (liars.contains(member)) {
            return;
        }
        Digest digest = response.cohortDigest();
        Asked asked = cohorts.get(digest);
        assertThat(writtenVotes.getOrDefault(digest, Set.of()))
                .as("a share of %s leaves after t votes for %s", member, digest)
                .hasSizeGreaterThanOrEqualTo(asked.seats().threshold());
        checkOrganisations(asked.cohort());
        int[] before =
                responses.computeIfAbsent(digest, d -> new LinkedHashMap<>()).put(member, words);
        assertThat(before == null ? words : before).as("the same sum again").isEqualTo(words);
        for (UpdateRef ref : asked.cohort()) {
            Digest other = spentBy.putIfAbsent(UpdateKey.of(ref), digest);
            assertThat(other).as("%s is in one response alone", ref).isIn(null, digest);
        }
    }
}
