package org.silofold.job.coordinate;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.silofold.job.event.CoordinatorEvent.ResponseSeen;
import org.silofold.job.event.CoordinatorEvent.VoteSeen;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/** A committee member by the rules of section 6, without a store: locks before it votes, answers only a certificate, waits when in doubt. */
final class SimulatedMember {
    private final String name;
    private final Federation federation;
    private final Map<UpdateKey, int[]> accepted = new HashMap<>();
    private final Set<UpdateKey> refused = new HashSet<>();
    private final Map<UpdateKey, Digest> locks = new HashMap<>();
    private final Set<UpdateKey> spent = new HashSet<>();
    private final Set<Digest> answered = new HashSet<>();
    private final Map<Digest, Set<String>> votes = new HashMap<>();
    private final Map<Digest, UnmaskRequest> requests = new HashMap<>();
    private final Set<Digest> responded = new HashSet<>();

    SimulatedMember(String name, Federation federation) {
        this.name = name;
        this.federation = federation;
    }

    void share(UpdateKey update, int[] share) {
        accepted.put(update, share);
    }

    void badShare(UpdateKey update) {
        refused.add(update);
    }

    static Digest digest(UnmaskRequest request) {
        return Cohort.of(request.cohort())
                .digest(request.context(), request.buffer(), request.previousManifestDigest());
    }

    /** Its answer to a request, when it has one yet. */
    Optional<VoteSeen> consider(UnmaskRequest request) {
        Digest cohort = digest(request);
        requests.put(cohort, request);
        release(request);
        if (answered.contains(cohort)) {
            return Optional.empty();
        }
        List<UpdateRef> inTheWay = new ArrayList<>();
        Reason reason = Reason.SHARE_CHECK_FAILED;
        for (UpdateRef ref : request.cohort()) {
            if (refused.contains(UpdateKey.of(ref))) {
                inTheWay.add(ref);
            }
            if (spent.contains(UpdateKey.of(ref))) {
                inTheWay.add(ref);
                reason = Reason.SPENT;
            }
        }
        if (!inTheWay.isEmpty()) {
            answered.add(cohort);
            byte[] record = (name + "|" + cohort.hex()).getBytes(StandardCharsets.UTF_8);
            return Optional.of(new VoteSeen(
                    name, federation.rosterId(), request.buffer(), cohort, Optional.of(reason), inTheWay, record));
        }
        for (UpdateRef ref : request.cohort()) {
            UpdateKey key = UpdateKey.of(ref);
            if (!accepted.containsKey(key) || !locks.getOrDefault(key, cohort).equals(cohort)) {
                return Optional.empty();
            }
        }
        request.cohort().forEach(ref -> locks.put(UpdateKey.of(ref), cohort));
        answered.add(cohort);
        return Optional.of(new VoteSeen(
                name, federation.rosterId(), request.buffer(), cohort, Optional.empty(), List.of(), new byte[0]));
    }

    /** Its response once it has seen t votes and holds every share; the same whenever asked, but given once here. */
    Optional<ResponseSeen> certificate(VoteSeen vote) {
        if (vote.refused().isEmpty()) {
            votes.computeIfAbsent(vote.cohortDigest(), d -> new HashSet<>()).add(vote.member());
        }
        return answer(vote.cohortDigest());
    }

    Optional<ResponseSeen> answer(Digest cohort) {
        UnmaskRequest request = requests.get(cohort);
        Set<String> voters = votes.getOrDefault(cohort, Set.of());
        if (request == null || voters.size() < federation.threshold() || responded.contains(cohort)) {
            return Optional.empty();
        }
        List<int[]> shares = new ArrayList<>();
        for (UpdateRef ref : request.cohort()) {
            int[] share = accepted.get(UpdateKey.of(ref));
            if (share == null) {
                return Optional.empty();
            }
            shares.add(share);
        }
        request.cohort().forEach(ref -> spent.add(UpdateKey.of(ref)));
        responded.add(cohort);
        return Optional.of(new ResponseSeen(
                name,
                federation.rosterId(),
                request.buffer(),
                cohort,
                federation.mask().sum(shares)));
    }

    /** Releases the locks of cohorts that t refusals in the request prove abandoned. */
    private void release(UnmaskRequest request) {
        Map<String, Set<String>> refusals = new HashMap<>();
        for (byte[] record : request.abandonments()) {
            List<String> parts = List.of(new String(record, StandardCharsets.UTF_8).split("\\|", -1));
            refusals.computeIfAbsent(parts.get(1), c -> new HashSet<>()).add(parts.get(0));
        }
        locks.values()
                .removeIf(
                        cohort -> refusals.getOrDefault(cohort.hex(), Set.of()).size() >= federation.threshold());
    }
}
