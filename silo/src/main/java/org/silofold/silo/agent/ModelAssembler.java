package org.silofold.silo.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.silofold.protocol.envelope.MerkleTree;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.optimize.ServerOptimizer;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.silo.store.DocumentTable;
import org.silofold.silo.store.ManifestTable;
import org.silofold.silo.store.StoredManifest;

/**
 * Puts model versions together from their shards and checks them: every shard signed by the aggregator, their Merkle root that of the
 * version's manifest in the chain, and no parameter moved further since the newest version here than the optimiser can move it. Keeps the
 * newest verified version on disk. The models' topic is compacted, so a version in between may never be whole: the bound is then that
 * of the steps together, but of no more than {@value #MOST_STEPS}, however many versions were skipped. Used by one thread.
 */
final class ModelAssembler {
    /** Versions that are put together at once; beyond that the oldest is given up. */
    private static final int MOST_PARTS = 4;

    /**
     * Steps between two versions over which the bound is summed up. Honest training seldom moves a parameter as far as a few full steps in one
     * direction, and whoever skips versions by the thousand must not gain a leash of thousands of steps.
     */
    static final long MOST_STEPS = 64;

    private final Registry registry;
    private final ManifestTable manifests;
    private final DocumentTable documents;
    private final ModelFiles files;
    private final Countersignatures countersignatures;
    private final Map<String, NavigableMap<Long, ModelPart>> parts = new HashMap<>();

    ModelAssembler(
            Registry registry,
            ManifestTable manifests,
            DocumentTable documents,
            ModelFiles files,
            Countersignatures countersignatures) {
        this.registry = registry;
        this.manifests = manifests;
        this.documents = documents;
        this.files = files;
        this.countersignatures = countersignatures;
    }

    /** Forgets everything that is not whole. */
    void clear() throws IOException {
        for (NavigableMap<Long, ModelPart> versions : parts.values()) {
            for (ModelPart part : versions.values()) {
                part.close();
            }
        }
        parts.clear();
        files.clearParts();
    }

    /** Removes a newest version whose file is not what was verified, so that its shards are wanted again. */
    void dropDamaged() throws IOException {
        for (String model : manifests.models()) {
            Optional<StoredManifest> newest = manifests.newestVerified(model);
            Optional<ModelSpec> spec = registry.read(view -> view.modelSpec(model));
            if (newest.isPresent() && spec.isPresent()) {
                Path file = files.whole(model, newest.get().version());
                ShardLayout layout = ModelTerms.layout(registry, spec.get());
                if (Files.exists(file)
                        && !ModelFiles.root(file, layout)
                                .equals(Optional.of(newest.get().root()))) {
                    Files.delete(file);
                }
            }
        }
    }

    /**
     * Takes a record of the models' topic.
     *
     * @return its model, or empty if the version is not newer than the one here
     */
    Optional<String> accept(byte[] record) throws IOException {
        AggregatorKey aggregator = registry.read(AggregatorKey::of)
                .orElseThrow(() -> new RejectedException(Reason.UNKNOWN_SENDER, "no aggregator is known"));
        SignedRecord<ModelShard> signed = SignedRecords.open(
                ModelShard.class,
                Purpose.MODEL_SHARD,
                record,
                aggregator.name(),
                aggregator.key(),
                RecordLimits.DEFAULT);
        ModelShard shard = signed.message();
        String model = shard.context().model();
        ModelSpec spec = registry.read(view -> view.modelSpec(model))
                .orElseThrow(() -> new RejectedException(Reason.UNKNOWN_MODEL, "no specification for " + model));
        ShardLayout layout = ModelTerms.layout(registry, spec);
        if (shard.shardCount() != layout.shards() || shard.shardIndex() >= layout.shards()) {
            throw new RejectedException(Reason.WRONG_SHAPE, "model shard: another number of shards");
        }
        if (signed.payloadLength() != layout.parametersIn(shard.shardIndex()) * Float.BYTES) {
            throw new RejectedException(Reason.WRONG_SHAPE, "model shard: another number of parameters");
        }
        if (!wanted(model, shard.version())) {
            return Optional.empty();
        }
        Optional<ModelPart> part = part(model, shard.version(), layout);
        if (part.isEmpty()) {
            return Optional.empty();
        }
        part.get()
                .put(shard.shardIndex(), record, signed.payloadOffset(), signed.payloadLength(), shard.payloadDigest());
        return Optional.of(model);
    }

    /**
     * Verifies what is whole, has its manifest in the chain and is countersigned where policy asks for it, oldest first.
     *
     * @return the newest version that became verified
     * @throws RejectedException if a version is not what it should be; it is dropped, and nothing newer was looked at
     */
    Optional<Long> verify(String model) throws IOException {
        Optional<Long> newest = Optional.empty();
        NavigableMap<Long, ModelPart> versions = parts.getOrDefault(model, new TreeMap<>());
        for (long version : List.copyOf(versions.keySet())) {
            Optional<StoredManifest> manifest = manifests.find(model, version);
            if (manifest.isEmpty()
                    || !versions.get(version).complete()
                    || countersignatures.missing(manifest.get()).isPresent()) {
                continue;
            }
            try (ModelPart part = versions.remove(version)) {
                check(manifest.get(), part);
                part.channel().force(true);
                files.promote(model, version);
            } finally {
                Files.deleteIfExists(files.part(model, version));
            }
            manifests.markVerified(model, version);
            files.keepOnly(model, version);
            newest = Optional.of(version);
            drop(versions, model, version);
        }
        return newest;
    }

    /** The models of which something is not verified yet. */
    List<String> models() {
        return List.copyOf(parts.keySet());
    }

    private boolean wanted(String model, long version) {
        Optional<StoredManifest> newest = manifests.newestVerified(model);
        if (newest.isEmpty() || version > newest.get().version()) {
            return true;
        }
        return version == newest.get().version() && !Files.exists(files.whole(model, version));
    }

    /** The part of this version; empty if there are as many already as may be, all of newer versions. */
    private Optional<ModelPart> part(String model, long version, ShardLayout layout) throws IOException {
        NavigableMap<Long, ModelPart> versions = parts.computeIfAbsent(model, name -> new TreeMap<>());
        ModelPart part = versions.get(version);
        if (part == null) {
            if (versions.size() >= MOST_PARTS) {
                long oldest = versions.firstKey();
                if (version < oldest) {
                    return Optional.empty();
                }
                versions.remove(oldest).close();
                Files.deleteIfExists(files.part(model, oldest));
            }
            part = new ModelPart(layout, files.openPart(model, version));
            versions.put(version, part);
        }
        return Optional.of(part);
    }

    private void drop(NavigableMap<Long, ModelPart> versions, String model, long upTo) throws IOException {
        for (long old : List.copyOf(versions.headMap(upTo, true).keySet())) {
            versions.remove(old).close();
            Files.deleteIfExists(files.part(model, old));
        }
    }

    private void check(StoredManifest manifest, ModelPart part) throws IOException {
        if (!MerkleTree.root(part.digests()).equals(manifest.root())) {
            throw new RejectedException(
                    Reason.MODEL_NOT_VERIFIED,
                    "version " + manifest.version() + " of " + manifest.model()
                            + ": the shards are not the manifest's");
        }
        Optional<StoredManifest> before = manifests
                .newestVerified(manifest.model())
                .filter(link -> link.version() < manifest.version())
                .filter(link -> Files.exists(files.whole(link.model(), link.version())));
        if (before.isEmpty()) {
            StepCheck.finite(part.channel());
            return;
        }
        Path old = files.whole(manifest.model(), before.get().version());
        try (FileChannel channel = FileChannel.open(old)) {
            long last = manifest.version();
            long steps = Math.min(MOST_STEPS, last - before.get().version());
            StepCheck.moved(channel, part.channel(), bound(manifest.model(), last - steps + 1, last), steps);
        }
    }

    /** The furthest move over the steps to versions first..last, by the most generous of the policies that were ever in force. */
    private double bound(String model, long first, long last) {
        List<Policy> policies = documents.policies(model).stream()
                .map(record -> SignedRecords.reread(Policy.class, Purpose.POLICY, record)
                        .message())
                .toList();
        double sum = 0;
        for (long version = first; version <= last; version++) {
            double step = 0;
            for (Policy policy : policies) {
                step = Math.max(step, ServerOptimizer.stepBound(ModelTerms.optimizer(policy), policy.clip(), version));
            }
            sum += step;
        }
        return sum;
    }
}
