package org.silofold.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.silofold.job.event.VoidOrder;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.codec.HeaderCodec;

/**
 * A run in which the aggregator is malicious: it asks different members for different cohorts, below the minimum, for two updates of one
 * organisation, for spent updates, for one that its silo took back and the one that the silo sent in its place, on a wrong base, an old policy or an
 * old roster, calls cohorts broken, publishes what it likes, and shows each of it to whom it likes.
 */
final class AttackWorld extends World {
    private static final int LAST_ASKS = 8;

    private final TreeMap<Long, Post.Model> chain = new TreeMap<>();
    private int requests;
    private int triedTwice;
    private int calledBroken;
    private int updatesAsked;
    private int lastAsks;

    AttackWorld(long seed) {
        super(seed, new SmallRing());
        publish(0, List.of(), Optional.empty(), Set.of());
    }

    int requests() {
        return requests;
    }

    /** How often two updates from one base were asked for. */
    int triedTwice() {
        return triedTwice;
    }

    int calledBroken() {
        return calledBroken;
    }

    @Override
    void aggregatorActs() {
        int what = random.nextInt(100);
        long next = chain.lastKey() + 1;
        if (what < 4 && manifests.size() > chain.size() * 4) {
            publish(next, someUpdates(), Optional.empty(), Set.of());
            if (chance(20) && next > 1) {
                publish(chance(50) ? chain.lastKey() : next - 1, someUpdates(), Optional.empty(), someMembers());
            }
        } else if (what < 6) {
            publishVoid(next);
        } else if (what < 8 && !ledger.cohorts().isEmpty()) {
            callBroken();
        } else if (what < 30 && !manifests.isEmpty()) {
            ask();
        }
    }

    /** On the authority's order, or, now and then, on none. */
    private void publishVoid(long version) {
        VoidOrder order = authority.newest().voids().get(version);
        if (order != null
                && order.previousDigest().equals(chain.get(version - 1).digest())) {
            publish(version, List.of(), Optional.of(order.document()), Set.of());
        } else if (chance(5)) {
            network.write(
                    Network.MODELS,
                    manifest(version, List.of(), Optional.of(Federation.digest("no document"))),
                    Set.of());
        }
    }

    /** Says of a cohort, whatever became of it, that it was opened and made no version. */
    private void callBroken() {
        Post.Request request =
                (Post.Request) random(network.topic(Network.REQUESTS)).post();
        CohortBroken note = new CohortBroken(
                request.request().context().withPurpose(Purpose.COHORT_BROKEN),
                request.request().buffer(),
                Ledger.digest(request.request()),
                chance(50) ? Reason.COHORT_BROKEN : Reason.SUM_OUT_OF_BOUNDS);
        network.write(Network.MODELS, new Post.Broken(note), chance(50) ? someMembers() : Set.of());
        calledBroken++;
    }

    private void publish(long version, List<UpdateRef> cohort, Optional<Digest> document, Set<String> hiddenFrom) {
        if (cohort.isEmpty() != (version == 0 || document.isPresent())) {
            return;
        }
        Post.Model model = manifest(version, cohort, document);
        chain.putIfAbsent(version, model);
        publishes(model);
        network.write(Network.MODELS, model, hiddenFrom);
    }

    private Post.Model manifest(long version, List<UpdateRef> cohort, Optional<Digest> document) {
        Digest previous =
                version == 0 ? Federation.SPEC_DIGEST : chain.get(version - 1).digest();
        Digest root = Federation.digest("shards of version " + version + "/" + random.nextLong());
        if (version == 0) {
            root = Federation.INITIAL_ROOT;
        } else if (document.isPresent() || chance(5)) {
            root = chain.get(version - 1).manifest().shardsRoot();
        }
        ModelManifest manifest = new ModelManifest(
                authority.newest().context(Federation.AGGREGATOR, Purpose.MODEL_MANIFEST),
                version,
                previous,
                cohort.isEmpty() ? 0 : 1 + random.nextInt(3),
                cohort,
                root,
                1,
                Federation.SPEC_DIGEST,
                cohort.isEmpty() ? 0 : 1,
                List.of(),
                "fedavg",
                Digest.ZERO,
                Optional.empty(),
                document);
        return new Post.Model(manifest, Digest.sha256(HeaderCodec.encode(manifest)));
    }

    private Set<String> someMembers() {
        Set<String> some = new HashSet<>();
        federation.silos().stream().filter(name -> chance(50)).forEach(some::add);
        return some;
    }

    /** Updates of different silos, as many as a cohort needs or about as many. */
    private List<UpdateRef> someUpdates() {
        return someUpdates(List.of());
    }

    private List<UpdateRef> someUpdates(List<UpdateRef> wantedFirst) {
        List<UpdateRef> all = new ArrayList<>(manifests.keySet());
        Collections.shuffle(all, random);
        all.addAll(0, wantedFirst);
        int wanted = Math.max(1, federation.minCohort() + random.nextInt(4) - (chance(10) ? 1 : 0));
        int epoch = authority.newest().seats().epoch();
        boolean anyOrganisation = chance(5);
        Set<String> organisations = new HashSet<>();
        Set<UpdateRef> cohort = new LinkedHashSet<>();
        for (UpdateRef ref : all) {
            UpdateManifest.Core core = manifests.get(ref).core();
            boolean recent = chain.lastKey() - core.baseVersion()
                            <= authority.newest().terms().stalenessBound()
                    && core.context().rosterEpoch() == epoch
                    && core.context().policySequence()
                            == authority.newest().terms().sequence()
                    && core.expiryMillis() > now;
            boolean fresh = organisations.add(federation.organisation(ref.silo()));
            if (cohort.size() < wanted && (fresh || anyOrganisation) && (recent || chance(5))) {
                cohort.add(ref);
            }
        }
        return Cohort.of(List.copyOf(cohort)).updates();
    }

    /** Two updates of one silo from one base, the first of which it has asked back: with both opened, their difference would be laid bare. */
    private List<UpdateRef> twice() {
        for (SiloNode silo : silos.all()) {
            for (MadeUpdate first : silo.outbox()) {
                for (MadeUpdate second : silo.outbox()) {
                    if (silo.withdrawn().containsKey(first.key())
                            && !first.key().equals(second.key())
                            && first.core().baseVersion() == second.core().baseVersion()
                            && chance(50)) {
                        return List.of(first.ref(), second.ref());
                    }
                }
            }
        }
        return List.of();
    }

    /** An update that is free. */
    private List<UpdateRef> freed() {
        List<UpdateRef> freed = new ArrayList<>();
        silos.all().forEach(silo -> silo.freed()
                .forEach(key -> freed.add(updates.get(key).ref())));
        return freed.isEmpty() ? List.of() : List.of(random(freed));
    }

    private void ask() {
        List<Network.Entry> before = network.topic(Network.REQUESTS);
        if (!before.isEmpty() && chance(30)) {
            network.write(Network.REQUESTS, again(before), someMembers());
            return;
        }
        List<UpdateRef> twice = chance(40) ? twice() : List.of();
        List<UpdateRef> freed = chance(40) ? freed() : List.of();
        if (twice.isEmpty()) {
            ask(someUpdates(freed));
        } else {
            triedTwice++;
            twice.forEach(ref -> ask(someUpdates(List.of(ref))));
        }
    }

    private void ask(List<UpdateRef> cohort) {
        if (cohort.isEmpty()) {
            return;
        }
        long version = chance(90) ? chain.lastKey() + 1 : Math.max(1, chain.lastKey());
        Digest previous = chance(95) ? chain.get(version - 1).digest() : Federation.digest("elsewhere");
        Registry registry = chance(95) ? authority.newest() : authority.someOld();
        UnmaskRequest request = new UnmaskRequest(
                registry.context(Federation.AGGREGATOR, Purpose.UNMASK_REQUEST),
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
        for (String member : authority.newest().seats().committee()) {
            List<Network.Entry> votes = network.topic(Network.votes(member));
            for (int i = 0; i < 3 && !votes.isEmpty(); i++) {
                Post.Vote vote = (Post.Vote) random(votes).post();
                if (vote.vote().refused().isPresent()) {
                    refusals.add(HeaderCodec.encode(vote.vote()));
                }
            }
        }
        return refusals;
    }

    @Override
    boolean authorityMaySign() {
        return true;
    }

    /** Asks a few times more when all is read, and again when silos have sent something since. */
    @Override
    boolean aggregatorCatchesUp() {
        if (updatesAsked != manifests.size()) {
            updatesAsked = manifests.size();
            lastAsks = LAST_ASKS;
        }
        if (lastAsks == 0) {
            return false;
        }
        lastAsks--;
        ask();
        return true;
    }

    @Override
    Optional<Long> aggregatorWakesAt() {
        return Optional.empty();
    }
}
