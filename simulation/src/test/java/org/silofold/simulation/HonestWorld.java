package org.silofold.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/** A run with the real coordinator, which fails and comes back now and then. */
final class HonestWorld extends World {
    private final AggregatorNode aggregator;
    private final Map<String, Long> newestRead = new HashMap<>();
    private final Set<UpdateKey> manifestsRead = new HashSet<>();
    private int contradictions;
    private int checkedFreed;

    HonestWorld(long seed, SimulatedRing ring) {
        super(seed, ring);
        this.aggregator = new AggregatorNode(authority.newest(), network, updates, random);
        aggregator.begin(now);
        commit();
    }

    @Override
    void aggregatorActs() {
        if (fault(3)) {
            int back = chance(25) ? random.nextInt(5) : 0;
            newestRead.clear();
            manifestsRead.clear();
            int went = aggregator.fail(back, now, authority.newest());
            happens(went > 0 ? Happening.AGGREGATOR_FROM_SAVEPOINT : Happening.AGGREGATOR_RESTART);
            return;
        }
        if (chance(10)) {
            aggregator.see(authority.newest(), now);
        }
        aggregator.fireTimers(now);
        for (int i = random.nextInt(8); i >= 0; i--) {
            readOne();
        }
        if (fault(2)) {
            loseTransaction();
        } else if (chance(40)) {
            commit();
        }
    }

    /**
     * A checkpoint is done, and Kafka has ended the transaction that belongs to it before it was committed: nobody ever reads what was in it.
     * The job is restored from there too late, or, if no update ended in it, hears nothing of it at all.
     */
    private void loseTransaction() {
        List<AggregatorNode.Output> lost = aggregator.checkpoint();
        if (lost.isEmpty()) {
            return;
        }
        happens(Happening.AGGREGATOR_TRANSACTION_LOST);
        boolean ended = lost.stream()
                .anyMatch(output -> output.post() instanceof Post.Fate told
                        && told.fate().kind().isFinal());
        if (ended || chance(50)) {
            newestRead.clear();
            manifestsRead.clear();
            aggregator.fail(0, now, authority.newest());
            happens(Happening.AGGREGATOR_RESTART);
        }
    }

    private boolean readOne() {
        Reader reader = aggregator.reader();
        Optional<Reader.Place> late = fault(60) ? reader.next("") : Optional.empty();
        Optional<Reader.Place> place = late.or(() -> reader.next(random));
        if (place.isEmpty()) {
            return false;
        }
        if (place.get().post() instanceof Post.Manifest manifest) {
            if (!place.get().topic().isEmpty() && fault(20)) {
                reader.setAside(place.get());
                return true;
            }
            noteOrder(manifest.update());
        }
        if (Ingest.isBehind(aggregator.registry(), place.get().post())) {
            aggregator.see(authority.newest(), now);
        }
        aggregator.deliver(place.get().post(), now);
        aggregator.reader().done(place.get());
        return true;
    }

    private void noteOrder(MadeUpdate update) {
        long sequence = update.core().sequence();
        long newest = newestRead.merge(update.silo(), sequence, Math::max);
        if (manifestsRead.add(update.key()) && sequence < newest) {
            happens(Happening.MANIFEST_OVERTAKEN);
        }
    }

    private void commit() {
        for (AggregatorNode.Output output : aggregator.checkpoint()) {
            write(output.topic(), output.post(), Federation.AGGREGATOR);
            if (output.post() instanceof Post.Broken broken) {
                happens(
                        broken.note().reason() == Reason.SUM_OUT_OF_BOUNDS
                                ? Happening.COHORT_OUT_OF_BOUNDS
                                : Happening.COHORT_DOES_NOT_OPEN);
            }
        }
    }

    /** Not before the aggregator has made again what its log holds: see {@link AggregatorNode#fail}. */
    @Override
    boolean authorityMaySign() {
        long newest = network.topic(Network.MODELS).stream()
                .filter(entry -> entry.post() instanceof Post.Model)
                .mapToLong(entry -> ((Post.Model) entry.post()).manifest().version())
                .max()
                .orElse(-1);
        return aggregator.state().publishedVersion().orElse(-1) >= newest;
    }

    @Override
    boolean aggregatorCatchesUp() {
        aggregator.see(authority.newest(), now);
        aggregator.fireTimers(now);
        boolean any = false;
        while (readOne()) {
            any = true;
        }
        commit();
        return any;
    }

    @Override
    Optional<Long> aggregatorWakesAt() {
        return aggregator.nextTimer();
    }

    /** Versions out. */
    long versions() {
        return aggregator.state().publishedVersion().orElse(-1) + 1;
    }

    AggregatorNode aggregator() {
        return aggregator;
    }

    /** Fates that a coordinator restored from an older savepoint went back on. */
    int contradictions() {
        return contradictions;
    }

    /** How each update ended, as its silo heard it. */
    List<String> ends() {
        List<String> ends = new ArrayList<>();
        silos.all().forEach(silo -> silo.outbox().forEach(update -> {
            ends.add(silo.fate(update.key())
                    .map(fate -> fate.kind().code()
                            + fate.reason().map(reason -> " " + reason.code()).orElse(""))
                    .orElse("no fate"));
        }));
        return ends;
    }

    /** Every update of an honest silo is in exactly one version, or has ended for a reason, and its silo knows. */
    void checkEnd() {
        assertThat(aggregator.state().liveUpdates())
                .as("updates that never end")
                .isZero();
        Map<UpdateKey, List<Long>> inVersions = new HashMap<>();
        Map<Long, Post.Model> models = new HashMap<>();
        for (Network.Entry entry : network.topic(Network.MODELS)) {
            if (!(entry.post() instanceof Post.Model model)) {
                continue;
            }
            long version = model.manifest().version();
            Post.Model first = models.putIfAbsent(version, model);
            if (first != null) {
                assertThat(model.digest())
                        .as("the manifest of version %d, said again", version)
                        .isEqualTo(first.digest());
                continue;
            }
            for (UpdateRef ref : model.manifest().cohort()) {
                inVersions
                        .computeIfAbsent(UpdateKey.of(ref), key -> new ArrayList<>())
                        .add(version);
            }
        }
        inVersions.forEach((update, versions) ->
                assertThat(versions).as("versions of %s", update).hasSize(1));
        for (SiloNode silo : silos.all()) {
            if (!scenario.corrupt().contains(silo.name)) {
                assertThat(silo.evidence())
                        .as("evidence against an honest aggregator")
                        .isZero();
                silo.outbox().forEach(update -> checkFate(silo, update, inVersions));
                checkFreed(silo);
            }
        }
    }

    /** What a silo took back before any cohort was requested with it is free, if t members can say so. */
    private void checkFreed(SiloNode silo) {
        Registry registry = authority.newest();
        long speaking = registry.seats().committee().stream()
                .filter(member -> !scenario.liars().contains(member)
                        && !registry.barred().containsKey(member)
                        && !members.node(member).standsAside())
                .count();
        boolean answered = speaking >= registry.seats().threshold()
                && registry.seats().silos().contains(silo.name)
                && !registry.barred().containsKey(silo.name);
        for (MadeUpdate update : silo.outbox()) {
            if (answered
                    && silo.withdrawn().containsKey(update.key())
                    && registry.isOfEpoch(update.core().context())
                    && !ledger.isRequested(update.ref())) {
                assertThat(silo.freed()).as("what %s took back", silo.name).contains(update.key());
                checkedFreed++;
            }
        }
    }

    /** Updates that had to be free at the end, and were. */
    int checkedFreed() {
        return checkedFreed;
    }

    private boolean hasLeft(MadeUpdate update) {
        return Stream.concat(
                        network.topic(Network.updates(update.silo())).stream(),
                        network.topic(Network.manifests(update.silo())).stream())
                .map(Network.Entry::post)
                .anyMatch(post ->
                        (post instanceof Post.Shard shard && shard.update().equals(update))
                                || (post instanceof Post.Manifest manifest
                                        && manifest.update().equals(update)));
    }

    /**
     * The first final fate stands with a silo. A coordinator that went back behind a refusal it had told may decide anew, as its restored
     * state and the order of its inputs then have it: only then may a refused update be in a version.
     */
    private void checkFate(SiloNode silo, MadeUpdate update, Map<UpdateKey, List<Long>> inVersions) {
        UpdateFate fate = silo.fate(update.key()).orElse(null);
        boolean seated = authority.newest().seats().silos().contains(silo.name);
        if (fate == null && !seated && !hasLeft(update)) {
            // Taken back before any of it left, by a silo that has no say any more: the aggregator never heard of it.
            assertThat(silo.withdrawn()).containsKey(update.key());
            return;
        }
        assertThat(fate).as("%s has heard of %s", silo.name, update.key()).isNotNull();
        assertThat(fate.kind().isFinal())
                .as("%s has ended: %s", update.key(), fate)
                .isTrue();
        List<Long> versions = inVersions.getOrDefault(update.key(), List.of());
        if (silo.freed().contains(update.key())) {
            assertThat(versions)
                    .as("versions of %s, which is free", update.key())
                    .isEmpty();
        }
        if (fate.kind() == UpdateFate.Kind.IN_VERSION) {
            assertThat(versions).containsExactly(fate.version());
            return;
        }
        assertThat(fate.reason())
                .as("why %s ended", update.key())
                .isPresent()
                .isNotEqualTo(Optional.of(Reason.OLD_SEQUENCE));
        if (happened(Happening.AGGREGATOR_FROM_SAVEPOINT) > 0) {
            contradictions += versions.size();
        } else {
            assertThat(versions)
                    .as("versions of %s, which ended %s", update.key(), fate)
                    .isEmpty();
        }
    }
}
