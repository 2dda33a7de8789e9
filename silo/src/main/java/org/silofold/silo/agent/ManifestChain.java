package org.silofold.silo.agent;

import java.nio.file.Path;
import java.util.Optional;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Policy;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.silo.chain.ChainLink;
import org.silofold.silo.chain.ChainRules;
import org.silofold.silo.chain.ChainTerms;
import org.silofold.silo.chain.Evidence;
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
    private final Evidence evidence;
    private volatile boolean loaded;

    ManifestChain(Registry registry, ManifestTable manifests, Health health, Path evidence) {
        this.registry = registry;
        this.manifests = manifests;
        this.health = health;
        this.evidence = new Evidence(evidence);
    }

    @Override
    public Optional<ChainHead> head(String model) {
        return manifests.head(model).map(link -> new ChainHead(link.version(), link.digest(), message(link)));
    }

    @Override
    public Optional<Digest> manifestDigest(String model, long version) {
        return manifests.find(model, version).map(StoredManifest::digest);
    }

    @Override
    public Optional<StoredManifest> link(String model, long version) {
        return manifests.find(model, version);
    }

    @Override
    public boolean loaded() {
        return loaded;
    }

    /** The manifests' topic was read to its end. */
    void caughtUp() {
        loaded = true;
    }

    /**
     * Takes a record of the manifests' topic.
     *
     * @return the model whose chain grew, or empty if the link was known
     * @throws RejectedException if it is not the next link of its chain
     * @throws AwaitedException if the registry does not have yet the policy that it names, or the document of a void version
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
                StoredManifest first = known.get();
                health.alarm(
                        "two-manifests",
                        evidence.twoManifests(
                                model, first.version(), first.digest(), first.record(), signed.digest(), record));
                throw new RejectedException(
                        Reason.MODEL_NOT_VERIFIED, "a second manifest for version " + manifest.version());
            }
            return Optional.empty();
        }
        Optional<Policy> named = registry.policy(model, manifest.context().policySequence());
        ChainTerms terms = registry.read(view -> ChainTerms.of(view, model, manifest.version(), named))
                .orElseThrow(
                        () -> new RejectedException(Reason.UNKNOWN_MODEL, "no policy or specification for " + model));
        ChainRules.check(manifest, terms, version -> chainLink(model, version)).ifPresent(missing -> {
            String what = "version " + manifest.version() + " of " + model + " lacks " + missing.what();
            if (missing == ChainRules.Missing.PREDECESSOR) {
                throw new RejectedException(Reason.MODEL_NOT_VERIFIED, what);
            }
            throw new AwaitedException(what);
        });
        manifests.add(new StoredManifest(
                model, manifest.version(), signed.digest(), manifest.shardsRoot(), record.clone(), false));
        return Optional.of(model);
    }

    private Optional<ChainLink> chainLink(String model, long version) {
        return manifests.find(model, version).map(link -> ChainLink.of(message(link), link.digest()));
    }

    static ModelManifest message(StoredManifest link) {
        return SignedRecords.reread(ModelManifest.class, Purpose.MODEL_MANIFEST, link.record())
                .message();
    }
}
