package org.silofold.demo.watch;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.silofold.demo.train.Submissions;
import org.silofold.demo.train.Submitted;
import org.silofold.protocol.encode.SumOpener;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.mask.ModularSum;
import org.silofold.protocol.mask.PublicElements;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.params.Weighting;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.share.Shamir;
import org.silofold.silo.auditor.UpdateOpener;

/**
 * Opens a published version's mean again from the log, with the aggregator's key and the committee's answers, and compares it with the
 * plain weighted mean of the same cohort, which only a demo can know: it has all the hospitals. Not thread-safe.
 */
public final class OpenedMeanCheck implements AutoCloseable {
    private final Policy policy;
    private final ShardLayout layout;
    private final Encoding encoding;
    private final Weighting weighting;
    private final String aggregator;
    private final KemPrivateKey key;
    private final Submissions submissions;
    private final Facts facts;
    private final ShardIndex index;
    private WireSize wire = WireSize.NONE;

    /**
     * @param key the aggregator's KEM key, closed with this
     */
    public OpenedMeanCheck(
            String bootstrap,
            List<String> silos,
            Policy policy,
            long parameters,
            String aggregator,
            KemPrivateKey key,
            Submissions submissions,
            Facts facts) {
        ParameterSet set = ParameterSet.byName(policy.parameterSet());
        this.policy = policy;
        this.layout = new ShardLayout(set, parameters);
        this.encoding = new Encoding(set, policy.clip(), policy.maxCohort());
        this.weighting = new Weighting(
                Weighting.Rule.ofCode(policy.weightRule()),
                policy.examplesCap(),
                policy.stalenessExponent(),
                policy.minWeight());
        this.aggregator = aggregator;
        this.key = key;
        this.submissions = submissions;
        this.facts = facts;
        this.index = new ShardIndex(bootstrap, silos);
    }

    /** One update of the cohort, opened as far as the aggregator can, beside its plain delta. */
    private record Contribution(UpdateRef ref, UpdateOpener opener, double weight, FloatBuffer delta) {}

    /**
     * The largest |opened mean - plain mean| of any parameter, in units of the clip.
     *
     * @throws IOException if a plain delta cannot be read
     */
    public double largestError(Published published) throws IOException {
        ModelManifest manifest = published.manifest();
        List<Contribution> cohort = new ArrayList<>();
        double weights = 0;
        for (UpdateRef ref : manifest.cohort()) {
            Contribution contribution = contribution(ref);
            cohort.add(contribution);
            wire = wire.plus(new WireSize(1, 0, 0, facts.manifestBytes(ref.updateId())));
            weights += contribution.weight();
        }
        SortedMap<Integer, int[]> responses = facts.responses(published.cohortDigest());
        int[] secretSum = Shamir.interpolateAtZero(layout.set(), responses);
        PublicElements elements = PublicElements.of(
                layout.set(),
                manifest.context().federation(),
                manifest.context().model(),
                manifest.context().rosterEpoch());
        double largest = 0;
        try (SumOpener opener = new SumOpener(elements, layout, encoding, secretSum, cohort.size())) {
            for (int shard = 0; shard < layout.shards(); shard++) {
                float[] opened = open(manifest, cohort, opener, shard);
                largest = Math.max(largest, difference(cohort, weights, opened, shard));
            }
        }
        cohort.forEach(contribution -> contribution.opener().close());
        facts.forget(published.cohortDigest());
        return largest / policy.clip();
    }

    /** What the updates of all versions so far took on the wire. */
    public WireSize wire() {
        return wire;
    }

    private Contribution contribution(UpdateRef ref) throws IOException {
        UpdateManifest.Core core = facts.manifest(ref.updateId())
                .orElseThrow(() -> new IllegalStateException("no manifest of " + ref.updateId()))
                .core();
        Submitted submitted = submissions
                .get(ref.updateId())
                .orElseThrow(() -> new IllegalStateException("nobody submitted " + ref.updateId()));
        try (FileChannel file = FileChannel.open(submitted.delta(), StandardOpenOption.READ)) {
            FloatBuffer delta = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
            double weight = weighting.weight(submitted.examples(), core.tau());
            return new Contribution(ref, new UpdateOpener(aggregator, key, core), weight, delta);
        }
    }

    private float[] open(ModelManifest manifest, List<Contribution> cohort, SumOpener opener, int shard) {
        int[] folded = new int[layout.wordsIn(shard)];
        for (Contribution contribution : cohort) {
            ShardIndex.Read read =
                    index.read(contribution.ref().silo(), contribution.ref().updateId(), shard);
            byte[] words = contribution.opener().shard(read.record());
            wire = wire.plus(new WireSize(0, folded.length, words.length, read.bytes()));
            ModularSum.add(layout.set(), folded, 0, words, 0, words.length);
        }
        float[] mean = new float[layout.parametersIn(shard)];
        opener.mean(shard, folded, manifest.sumOfWeights(), mean);
        return mean;
    }

    private double difference(List<Contribution> cohort, double weights, float[] opened, int shard) {
        int first = Math.toIntExact(layout.firstParameter(shard));
        double clip = policy.clip();
        double largest = 0;
        for (int i = 0; i < opened.length; i++) {
            double plain = 0;
            for (Contribution contribution : cohort) {
                double value = contribution.delta().get(first + i);
                plain += contribution.weight() * Math.max(-clip, Math.min(clip, value));
            }
            largest = Math.max(largest, Math.abs(opened[i] - plain / weights));
        }
        return largest;
    }

    @Override
    public void close() {
        index.close();
        key.close();
    }
}
