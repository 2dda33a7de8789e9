package org.silofold.job.coordinate;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.job.event.LotKey;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/**
 * Which silos were in cohorts that turned out broken, and how often; a silo that took its update back after it was requested, or gave too few
 * members a share to answer with, is counted alone, for the cohort that came to nothing by it. One broken cohort names nobody, and it is never regrouped or bisected:
 * with the same deltas in changing cohorts each silo's update would fall out. But while anybody is suspected, every further cohort is half
 * of those who are ready, drawn by lot, so that a saboteur's cohorts break and the others' open: the counts of its silos rise, and fall again with
 * each cohort that opens well. What follows from a count is the authority's to decide.
 *
 * <p>The lot is a keyed digest of the previous manifest and of the updates that are ready. Its key is a secret of the job's start and part of its
 * state, so the lot is the same on a replay, and nobody else can know it beforehand: not a silo that sends last and tries many updates until one
 * would be drawn with those it likes. The aggregator, which has the key, could; it composes the cohorts anyway.
 */
final class Suspicions {
    private static final byte[] LOT = "silofold/v1/lot".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final SortedMap<String, Integer> counts = new TreeMap<>();

    /** Broken cohorts by silo, less those that opened well since; above zero. */
    SortedMap<String, Integer> counts() {
        return counts;
    }

    boolean isAny() {
        return !counts.isEmpty();
    }

    /** The cohort turned out broken. */
    static void raise(Step step, List<UpdateRef> cohort) {
        cohort.forEach(ref -> change(step, ref.silo(), 1));
    }

    /** The cohort was not certified, and members refused it for an update that its silo took back after it was requested. */
    static void raiseWithdrawn(Step step, Requested requested) {
        for (UpdateRef ref : requested.proposal().cohort()) {
            TrackedUpdate update = step.state().updates().get(UpdateKey.of(ref));
            boolean withdrew = update != null && update.fault().equals(Optional.of(Reason.WITHDRAWN));
            if (withdrew && requested.answers().values().stream().anyMatch(answer -> answer.isWithdrawn(ref))) {
                change(step, ref.silo(), 1);
            }
        }
    }

    /**
     * The certified cohort got fewer answers than it takes. Where the members that left theirs out are so few that they could be spared, the
     * cause is a silo that gave too few of the others a share that they could answer with.
     */
    static void raiseUnanswerable(Step step, Proposal proposal, List<String> owing) {
        int threshold = VoteRule.threshold(proposal);
        List<String> others = proposal.terms().committee().stream()
                .filter(member -> !owing.contains(member))
                .toList();
        if (others.size() < threshold) {
            return;
        }
        for (UpdateRef ref : proposal.cohort()) {
            TrackedUpdate update = step.state().updates().get(UpdateKey.of(ref));
            if (update != null && update.acceptances(others) < threshold) {
                change(step, ref.silo(), 1);
            }
        }
    }

    /** The cohort opened well. */
    static void lower(Step step, List<UpdateRef> cohort) {
        cohort.stream()
                .filter(ref -> step.state().suspicions().counts.containsKey(ref.silo()))
                .forEach(ref -> change(step, ref.silo(), -1));
    }

    private static void change(Step step, String silo, int by) {
        SortedMap<String, Integer> counts = step.state().suspicions().counts;
        int count = counts.getOrDefault(silo, 0) + by;
        if (count > 0) {
            counts.put(silo, count);
        } else {
            counts.remove(silo);
        }
        step.audit(AuditEvents.SUSPICION, "silo", silo, "count", Integer.toString(count));
    }

    /** Puts updates in the order of the lot. */
    static void draw(LotKey key, Digest previousManifest, List<TrackedUpdate> updates) {
        TreeMap<UpdateKey, Digest> ready = new TreeMap<>();
        updates.forEach(update ->
                ready.put(update.key(), update.manifest().orElseThrow().ref().manifestDigest()));
        byte[][] parts = new byte[ready.size() + 2][];
        parts[0] = LOT;
        parts[1] = previousManifest.toBytes();
        int at = 2;
        for (Digest digest : ready.values()) {
            parts[at++] = digest.toBytes();
        }
        byte[] seed = key.tag(parts).toBytes();
        updates.sort(Comparator.comparing(
                update -> Digest.sha256(seed, ready.get(update.key()).toBytes()).hex()));
    }
}
