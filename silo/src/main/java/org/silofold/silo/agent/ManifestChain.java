package org.silofold.silo.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.silo.party.PrivateFiles;
import org.silofold.silo.store.ManifestTable;
import org.silofold.silo.store.StoredManifest;

/**
 * Takes model manifests link by link: signed by the aggregator, each naming the digest of the one before it, the first that of the model
 * specification. A second manifest for a version is kept as evidence, both whole, and raised; the first one stands.
 */
final class ManifestChain implements ModelChain {
    private final Registry registry;
    private final ManifestTable manifests;
    private final Health health;
    private final Path evidence;

    ManifestChain(Registry registry, ManifestTable manifests, Health health, Path evidence) {
        this.registry = registry;
        this.manifests = manifests;
        this.health = health;
        this.evidence = evidence;
    }

    @Override
    public Optional<ChainHead> head(String model) {
        return manifests.head(model).map(link -> new ChainHead(link.version(), link.digest(), message(link)));
    }

    @Override
    public Optional<Digest> manifestDigest(String model, long version) {
        return manifests.find(model, version).map(StoredManifest::digest);
    }

    /**
     * Takes a record of the manifests' topic.
     *
     * @return the model whose chain grew, or empty if the link was known
     * @throws RejectedException if it is not the next link of its chain
     */
    Optional<String> accept(byte[] record) {
        AggregatorKey aggregator = registry.read(AggregatorKey::of)
                .orElseThrow(() -> new RejectedException(Reason.UNKNOWN_SENDER, "no aggregator is known"));
        SignedRecord<ModelManifest> signed = SignedRecords.open(
                ModelManifest.class,
                Purpose.MODEL_MANIFEST,
                record,
                aggregator.name(),
                aggregator.key(),
                RecordLimits.DEFAULT);
        ModelManifest manifest = signed.message();
        String model = manifest.context().model();
        Optional<StoredManifest> known = manifests.find(model, manifest.version());
        if (known.isPresent()) {
            if (!known.get().digest().equals(signed.digest())) {
                keepEvidence(known.get(), signed.digest(), record);
                throw new RejectedException(
                        Reason.MODEL_NOT_VERIFIED, "a second manifest for version " + manifest.version());
            }
            return Optional.empty();
        }
        checkModel(manifest);
        checkLink(manifest);
        manifests.add(new StoredManifest(
                model, manifest.version(), signed.digest(), manifest.shardsRoot(), record.clone(), false));
        return Optional.of(model);
    }

    private void checkModel(ModelManifest manifest) {
        String model = manifest.context().model();
        ModelSpec spec = registry.read(view -> view.modelSpec(model))
                .orElseThrow(() -> new RejectedException(Reason.UNKNOWN_MODEL, "no specification for " + model));
        Digest specDigest = registry.read(view -> view.modelSpecDigest(model)).orElseThrow();
        require(manifest.context().federation().equals(spec.context().federation()), "it is of another federation");
        require(manifest.modelSpecDigest().equals(specDigest), "it names another model specification");
        ShardLayout layout = ModelTerms.layout(registry, spec);
        require(manifest.shardCount() == layout.shards(), "it has another number of shards");
        if (manifest.version() == 0) {
            require(manifest.previousDigest().equals(specDigest), "version 0 does not follow the specification");
            require(manifest.shardsRoot().equals(spec.initialRoot()), "version 0 is not the initial model");
            require(manifest.cohort().isEmpty(), "version 0 has a cohort");
        }
    }

    private void checkLink(ModelManifest manifest) {
        if (manifest.version() == 0) {
            return;
        }
        StoredManifest before = manifests
                .find(manifest.context().model(), manifest.version() - 1)
                .orElseThrow(() -> new RejectedException(
                        Reason.MODEL_NOT_VERIFIED,
                        "the manifest before version " + manifest.version() + " is missing"));
        require(manifest.previousDigest().equals(before.digest()), "it does not follow version " + before.version());
    }

    private void keepEvidence(StoredManifest first, Digest otherDigest, byte[] other) {
        String name = first.model() + "-" + first.version() + "-";
        try {
            PrivateFiles.directory(evidence);
            PrivateFiles.write(evidence.resolve(name + first.digest().hex() + ".rec"), first.record());
            PrivateFiles.write(evidence.resolve(name + otherDigest.hex() + ".rec"), other);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        health.alarm(
                "two-manifests",
                "the aggregator signed two manifests for version " + first.version() + " of " + first.model()
                        + "; both are in " + evidence);
    }

    static ModelManifest message(StoredManifest link) {
        return SignedRecords.reread(ModelManifest.class, Purpose.MODEL_MANIFEST, link.record())
                .message();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new RejectedException(Reason.MODEL_NOT_VERIFIED, "manifest: " + otherwise);
        }
    }
}
