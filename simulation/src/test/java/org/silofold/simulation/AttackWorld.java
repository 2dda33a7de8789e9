package org.silofold.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.schemas.codec.HeaderCodec;

/**
 * A run in which the aggregator is malicious: it asks different members for different cohorts, below the minimum, for two updates of one
 * organisation, for spent updates, on a wrong base or an old policy, publishes what it likes, and shows each of it to whom it likes.
 */
final class AttackWorld extends World {
    private final TreeMap<Long, Post.Model> chain = new TreeMap<>();
    private int requests;

    AttackWorld(long seed) {
        super(seed);
        publish(0, List.of(), Set.of());
    }

    int requests() {
        return requests;
    }

    @Override
    void aggregatorActs() {
        int what = random.nextInt(100);
        if (what < 4 && manifests.size() > chain.size() * 4) {
            long next = chain.lastKey() + 1;
            publish(next, someUpdates(), Set.of());
            if (chance(20) && next > 1) {
                publish(chance(50) ? chain.lastKey() : next - 1, someUpdates(), someMembers());
            }
        } else if (what < 25 && !manifests.isEmpty()) {
            ask();
        }
    }

    private void publish(long version, List<UpdateRef> cohort, Set<String> hiddenFrom) {
        if (cohort.isEmpty() != (version == 0)) {
            return;
        }
        Digest previous =
                version == 0 ? Federation.SPEC_DIGEST : chain.get(version - 1).digest();
        ModelManifest manifest = new ModelManifest(
                Federation.context(Federation.AGGREGATOR, Purpose.MODEL_MANIFEST, policySequence),
                version,
                previous,
                version == 0 ? 0 : 1 + random.nextInt(3),
                cohort,
                version == 0
                        ? Federation.INITIAL_ROOT
                        : Federation.digest("shards of version " + version + "/" + random.nextLong()),
                1,
                Federation.SPEC_DIGEST,
                version == 0 ? 0 : 1,
                List.of(),
                "fedavg",
                Digest.ZERO,
                Optional.empty(),
                Optional.empty());
        Post.Model model = new Post.Model(manifest, Digest.sha256(HeaderCodec.encode(manifest)));
        chain.putIfAbsent(version, model);
        network.write(Network.MODELS, model, hiddenFrom);
    }

    private Set<String> someMembers() {
        Set<String> some = new HashSet<>();
        federation.committee().stream().filter(name -> chance(50)).forEach(some::add);
        return some;
    }

    /** Updates of different silos, as many as a cohort needs or about as many. */
    private List<UpdateRef> someUpdates() {
        List<UpdateRef> all = new ArrayList<>(manifests.keySet());
        Collections.shuffle(all, random);
        int wanted = Math.max(1, federation.shape().minCohort() + random.nextInt(4) - (chance(10) ? 1 : 0));
        boolean anyOrganisation = chance(5);
        Set<String> organisations = new HashSet<>();
        List<UpdateRef> cohort = new ArrayList<>();
        for (UpdateRef ref : all) {
            boolean recent = chain.lastKey() - manifests.get(ref).core().baseVersion()
                    <= federation.shape().stalenessBound();
            boolean fresh = organisations.add(federation.organisation(ref.silo()));
            if (cohort.size() < wanted && (fresh || anyOrganisation) && (recent || chance(5))) {
                cohort.add(ref);
            }
        }
        return Cohort.of(cohort).updates();
    }

    private void ask() {
        List<Network.Entry> before = network.topic(Network.REQUESTS);
        if (!before.isEmpty() && chance(30)) {
            network.write(Network.REQUESTS, again(before), someMembers());
            return;
        }
        List<UpdateRef> cohort = someUpdates();
        if (cohort.isEmpty()) {
            return;
        }
        long version = chance(90) ? chain.lastKey() + 1 : Math.max(1, chain.lastKey());
        Digest previous = chance(95) ? chain.get(version - 1).digest() : Federation.digest("elsewhere");
        long policy = chance(95) ? policySequence : Math.max(1, policySequence - 1);
        UnmaskRequest request = new UnmaskRequest(
                Federation.context(Federation.AGGREGATOR, Purpose.UNMASK_REQUEST, policy),
                new Buffer(version, 1 + random.nextInt(3)),
                previous,
                cohort,
                now + Federation.VOTE_TIMEOUT,
                refusals());
        requests++;
        ledger.requested(request);
        network.write(Network.REQUESTS, new Post.Request(request), chance(50) ? someMembers() : Set.of());
    }

    /** The same request again, with another expiry. */
    private Post again(List<Network.Entry> before) {
        UnmaskRequest old = ((Post.Request) random(before).post()).request();
        return new Post.Request(new UnmaskRequest(
                old.context(),
                old.buffer(),
                old.previousManifestDigest(),
                old.cohort(),
                now + Federation.VOTE_TIMEOUT,
                refusals()));
    }

    /** Some of the refusals that members gave. */
    private List<byte[]> refusals() {
        List<byte[]> refusals = new ArrayList<>();
        for (String member : federation.committee()) {
            for (Network.Entry entry : network.topic(Network.votes(member))) {
                Post.Vote vote = (Post.Vote) entry.post();
                if (vote.vote().refused().isPresent() && chance(30)) {
                    refusals.add(HeaderCodec.encode(vote.vote()));
                }
            }
        }
        return refusals;
    }

    @Override
    boolean aggregatorCatchesUp() {
        return false;
    }

    @Override
    Optional<Long> aggregatorWakesAt() {
        return Optional.empty();
    }
}
