package org.silofold.silo.member;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.silofold.fuzz.Oracle;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.mask.ModularSum;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.codec.HeaderCodec;

/**
 * All that a member ever said, held against what it may say: one answer to a cohort; votes for cohorts of silos that are each its own, in the
 * roster, unspoiled and not revoked; no share without t votes of members that may speak; no update in two cohorts that shares left for; a sum of
 * exactly the shares that it is said to be of; no vote for what it promised never to vote for.
 */
final class MemberOracle {
    private static final int THRESHOLD = 3;
    private static final int MIN_COHORT = 2;

    private final MemberStore store;
    private final StagedRegistry registry;
    private final Map<Digest, List<UpdateRef>> cohorts = new LinkedHashMap<>();
    private final Map<Digest, Buffer> buffers = new HashMap<>();
    private final Map<Digest, Set<String>> votes = new HashMap<>();
    private final Map<Digest, Optional<Reason>> answers = new HashMap<>();
    private final Set<Digest> responses = new HashSet<>();
    private final Set<UpdateRef> neverVoted = new HashSet<>();

    MemberOracle(MemberStore store, StagedRegistry registry) {
        this.store = store;
        this.registry = registry;
    }

    /** The aggregator asks; the request may be refused. */
    Digest requested(UnmaskRequest request) {
        Digest digest = digest(request);
        cohorts.put(digest, request.cohort());
        buffers.put(digest, request.buffer());
        return digest;
    }

    private static Digest digest(UnmaskRequest request) {
        try {
            return Cohort.of(request.cohort())
                    .digest(request.context(), request.buffer(), request.previousManifestDigest());
        } catch (RejectedException e) {
            return Digest.ZERO;
        }
    }

    /** A vote was signed, whether or not its record is refused. */
    void voted(UnmaskVote vote, String signer) {
        if (vote.refused().isEmpty()) {
            votes.computeIfAbsent(vote.cohortDigest(), any -> new HashSet<>()).add(signer);
        }
    }

    /** The cohorts asked for, the newest last. */
    List<Digest> cohorts() {
        return List.copyOf(cohorts.keySet());
    }

    List<UpdateRef> cohort(Digest digest) {
        return cohorts.getOrDefault(digest, List.of());
    }

    Buffer buffer(Digest digest) {
        return buffers.getOrDefault(digest, new Buffer(5, 1));
    }

    void check(MemberEffect effect) {
        if (effect instanceof MemberEffect.SendVote vote) {
            vote(vote.vote());
        } else if (effect instanceof MemberEffect.SendNeverVoted promise) {
            neverVoted.add(promise.update());
        } else if (effect instanceof MemberEffect.SendResponse response) {
            HeaderCodec.encode(response.response());
            response(response.response().cohortDigest(), response.words());
        }
    }

    private void vote(UnmaskVote said) {
        HeaderCodec.encode(said);
        Optional<Reason> before = answers.putIfAbsent(said.cohortDigest(), said.refused());
        Oracle.require(before == null || before.equals(said.refused()), "two answers to one cohort");
        if (said.refused().isPresent()) {
            return;
        }
        List<UpdateRef> cohort = cohorts.get(said.cohortDigest());
        Oracle.require(cohort != null, "a vote for what nobody asked for");
        if (before == null) {
            Set<String> silos = cohort.stream().map(UpdateRef::silo).collect(Collectors.toSet());
            Oracle.require(silos.size() == cohort.size() && silos.size() >= MIN_COHORT, "a vote for such a cohort");
            Oracle.require(registry.stage() < 2 || !silos.contains(FuzzedFederation.REVOKED), "a vote for the revoked");
            Oracle.require(MemberUnderTest.FEDERATION.good().containsAll(cohort), "a vote for a bad share");
            Oracle.require(
                    cohort.stream().noneMatch(neverVoted::contains),
                    "a vote for an update that it had promised never to vote for");
        }
        voted(said, MemberUnderTest.SELF);
    }

    private void response(Digest cohort, byte[] words) {
        long voters = votes.getOrDefault(cohort, Set.of()).stream()
                .filter(name ->
                        registry.stage() < 2 || responses.contains(cohort) || !name.equals(FuzzedFederation.REVOKED))
                .count();
        Oracle.require(voters >= THRESHOLD, "a share left without t votes");
        responses.add(cohort);
        Set<List<Object>> updates = new HashSet<>();
        for (Digest opened : responses) {
            for (UpdateRef ref : cohorts.get(opened)) {
                Oracle.require(
                        updates.add(List.of(ref.silo(), ref.updateId())), "an update's share left for two cohorts");
            }
        }
        int[] sum = new int[FuzzedFederation.RING.n()];
        for (UpdateRef ref : cohorts.get(cohort)) {
            Optional<byte[]> share = store.shares().share(ref);
            if (share.isEmpty()) {
                // Said again after it was erased.
                return;
            }
            ModularSum.add(FuzzedFederation.RING, sum, 0, share.get(), 0, share.get().length);
        }
        Oracle.require(Arrays.equals(Words.toBytes(sum), words), "not the sum of the cohort's shares");
    }
}
