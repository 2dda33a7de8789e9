package org.silofold.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateRef;

/** A run with the real coordinator, which fails and comes back now and then. */
final class HonestWorld extends World {
    private final AggregatorNode aggregator;
    private int failures;
    private int olderSavepoints;
    private int contradictions;

    HonestWorld(long seed) {
        super(seed);
        this.aggregator = new AggregatorNode(federation, network, updates);
        aggregator.start(random, now);
        aggregator.seePolicy(policySequence, now);
        commit();
    }

    @Override
    void aggregatorActs() {
        if (fault(3)) {
            int back = chance(25) ? random.nextInt(5) : 0;
            failures++;
            olderSavepoints += back > 0 ? 1 : 0;
            aggregator.fail(random, back, now);
            return;
        }
        aggregator.fireTimers(now);
        for (int i = random.nextInt(8); i >= 0; i--) {
            readOne();
        }
        if (chance(40)) {
            commit();
        }
    }

    private boolean readOne() {
        Optional<Reader.Place> place = aggregator.reader().next(random);
        if (place.isEmpty()) {
            return false;
        }
        if (aggregator.isBehind(place.get().post())) {
            aggregator.seePolicy(policySequence, now);
        }
        aggregator.deliver(place.get().post(), now);
        aggregator.reader().done(place.get());
        return true;
    }

    private void commit() {
        aggregator.checkpoint().forEach(output -> write(output.topic(), output.post(), Federation.AGGREGATOR));
    }

    @Override
    boolean aggregatorCatchesUp() {
        aggregator.seePolicy(policySequence, now);
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

    int failures() {
        return failures;
    }

    /** How each update ended, as its silo heard it. */
    List<String> ends() {
        List<String> ends = new ArrayList<>();
        silos.values().forEach(silo -> silo.outbox().forEach(update -> {
            UpdateFate fate = silo.fate(update.key()).orElseThrow();
            ends.add(fate.kind().code()
                    + fate.reason().map(reason -> " " + reason.code()).orElse(""));
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
            assertThat(first).as("one manifest of version %d", version).isNull();
            for (UpdateRef ref : model.manifest().cohort()) {
                inVersions
                        .computeIfAbsent(UpdateKey.of(ref), key -> new ArrayList<>())
                        .add(version);
            }
        }
        inVersions.forEach((update, versions) ->
                assertThat(versions).as("versions of %s", update).hasSize(1));
        for (SiloNode silo : silos.values()) {
            if (!scenario.corrupt().contains(silo.name)) {
                assertThat(silo.evidence())
                        .as("evidence against an honest aggregator")
                        .isZero();
                silo.outbox().forEach(update -> checkFate(silo, update, inVersions));
            }
        }
    }

    /**
     * The first final fate stands with a silo. A coordinator that went back behind a refusal it had told may decide anew, as its restored
     * state and the order of its inputs then have it: only then may a refused update be in a version.
     */
    private void checkFate(SiloNode silo, MadeUpdate update, Map<UpdateKey, List<Long>> inVersions) {
        UpdateFate fate = silo.fate(update.key()).orElse(null);
        assertThat(fate).as("%s has heard of %s", silo.name, update.key()).isNotNull();
        assertThat(fate.kind().isFinal())
                .as("%s has ended: %s", update.key(), fate)
                .isTrue();
        List<Long> versions = inVersions.getOrDefault(update.key(), List.of());
        if (fate.kind() == UpdateFate.Kind.IN_VERSION) {
            assertThat(versions).containsExactly(fate.version());
            return;
        }
        assertThat(fate.reason()).as("why %s ended", update.key()).isPresent();
        if (olderSavepoints > 0) {
            contradictions += versions.size();
        } else {
            assertThat(versions)
                    .as("versions of %s, which ended %s", update.key(), fate)
                    .isEmpty();
        }
    }
}
