package org.silofold.silo.auditor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.silofold.protocol.encode.CanaryProbe;
import org.silofold.protocol.encode.MetaLayout;
import org.silofold.protocol.encode.MetaSums;
import org.silofold.protocol.encode.SumOpener;
import org.silofold.protocol.envelope.MerkleTree;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.mask.ModularSum;
import org.silofold.protocol.mask.PublicElements;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.ModelManifest.MetricSum;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.optimize.OptimizerSpec;
import org.silofold.protocol.optimize.ServerOptimizer;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.privacy.ModelPrivacy;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.VoidVersion;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.TopicKind;
import org.silofold.silo.chain.ChainLink;

/**
 * Makes one published version again, from the log, the auditor's KEM key and the state of the version before, and compares everything that
 * its manifest says (docs/protocol.md, section 8). Pure but for what it reads and writes through its arguments; memory holds one shard.
 *
 * <p>The manifest's own signature and place in the chain were checked before. What is wrong is a {@link RejectedException}, what cannot be
 * decided a {@link MissingRecordException}; then what was written to the state must be thrown away.
 */
public final class VersionAudit {
    private final String auditor;
    private final AuditTerms terms;
    private final Verifier verifier;
    private final CohortLog log;
    private final ShardLayout layout;
    private final Optional<ModelPrivacy> privacy;

    /**
     * @param auditor the auditor's name
     * @param terms what the manifest's context names
     * @param parties whom the authority enrolled
     * @param log where the version's records are
     * @throws RejectedException {@link Reason#INVALID_FIELD} if the policy asks for a privacy that the model cannot have
     */
    public VersionAudit(String auditor, AuditTerms terms, Parties parties, CohortLog log) {
        this.auditor = auditor;
        this.terms = terms;
        this.verifier = new Verifier(parties);
        this.log = log;
        this.layout = terms.layout();
        this.privacy = ModelPrivacy.of(terms.policy(), terms.spec());
    }

    /** Checks that t members voted for a version's cohort; no key is needed. */
    public void checkVotes(ModelManifest manifest) {
        new CohortAudit(terms, verifier, AuditBook.EMPTY).voters(manifest, log);
    }

    /** Checks that a version's cohort and the manifests of its updates keep the rules; no key is needed. */
    public void checkCohort(ModelManifest manifest, AuditBook book) {
        new CohortAudit(terms, verifier, book).updates(manifest, log);
    }

    /** Checks that the members' answers give the secret sum that a version was opened with; no key is needed. */
    public void checkAnswers(ModelManifest manifest) {
        new SecretSum(terms, verifier, log).check(manifest);
    }

    /**
     * Makes version 0 again: the authority's initial model.
     *
     * @param state receives its shards
     */
    public Recomputed initial(ModelManifest manifest, ModelState state) throws IOException {
        checkTerms(manifest, terms.specDigest());
        require(manifest.version() == 0, "it is not version 0");
        require(manifest.privacy().isEmpty(), "version 0 spends no privacy");
        require(manifest.sumOfWeights() == 0 && manifest.metrics().isEmpty(), "version 0 sums nothing");
        List<Digest> leaves = new ArrayList<>();
        for (int shard = 0; shard < layout.shards(); shard++) {
            ShardState fresh =
                    ShardState.initial(initialShard(manifest.context().model(), shard));
            leaves.add(fresh.leaf());
            state.write(shard, fresh);
        }
        Digest root = MerkleTree.root(leaves);
        require(root.equals(terms.spec().initialRoot()), "the initial model is not the specification's");
        checkRoot(manifest, root);
        return new Recomputed(root, new TreeSet<>(), List.of());
    }

    /**
     * Makes a version again that a cohort was opened for.
     *
     * @param previous the link before it, as verified
     * @param key the auditor's KEM key of the cohort's epoch
     * @param before the state of the version before
     * @param after receives this version's state
     */
    public Recomputed opened(
            ModelManifest manifest,
            ChainLink previous,
            AuditBook book,
            KemPrivateKey key,
            ModelState before,
            ModelState after)
            throws IOException {
        checkTerms(manifest, previous.digest());
        checkPrivacy(manifest, previous);
        CohortAudit cohort = new CohortAudit(terms, verifier, book);
        SortedSet<String> voters = cohort.voters(manifest, log);
        List<SignedRecord<UpdateManifest>> records = cohort.updates(manifest, log);
        List<CohortUpdate> updates = new ArrayList<>();
        try {
            for (SignedRecord<UpdateManifest> record : records) {
                updates.add(new CohortUpdate(record, opener(record, key), verifier, log));
            }
            int[] meta = foldMeta(updates);
            CanaryProbe probe = new CanaryProbe(elements(manifest), layout, terms.encoding());
            int[] secretSum = new SecretSum(terms, verifier, log).find(manifest, probe, meta);
            try (SumOpener opener = opener(manifest, secretSum)) {
                checkMeta(manifest, meta, opener);
                for (CohortUpdate update : updates) {
                    update.requireShards(layout);
                }
                return fold(manifest, voters, updates, opener, before, after);
            }
        } finally {
            updates.forEach(CohortUpdate::close);
        }
    }

    /**
     * Checks a void version: the authority allowed it, and it repeats the parameters of the version before.
     *
     * @param previous the link before it, as verified
     * @param document the authority's document for this version
     * @param voidsBefore void versions between this one and the last that was opened
     */
    public Recomputed repeated(
            ModelManifest manifest, ChainLink previous, Optional<Document> document, int voidsBefore) {
        checkTerms(manifest, previous.digest());
        checkPrivacy(manifest, previous);
        Document allowed = document.orElseThrow(() -> new MissingRecordException(
                MissingRecordException.Kind.NOT_SEEN,
                "the authority's document by which version " + manifest.version() + " is void"));
        require(manifest.voidVersion().equals(Optional.of(allowed.digest())), "it names another void document");
        require(
                allowed.content().previousDigest().equals(previous.digest()),
                "its void document is for another predecessor");
        require(
                voidsBefore < terms.policy().maxVoids(),
                "it is void after " + voidsBefore + " void versions, policy allows "
                        + terms.policy().maxVoids());
        require(manifest.sumOfWeights() == 0 && manifest.metrics().isEmpty(), "a void version sums nothing");
        require(manifest.cohort().isEmpty(), "a void version has no cohort");
        checkRoot(manifest, previous.root());
        return new Recomputed(previous.root(), new TreeSet<>(), List.of());
    }

    /**
     * The authority's document for a void version.
     *
     * @param content what it says
     * @param digest its digest
     */
    public record Document(VoidVersion content, Digest digest) {}

    private Recomputed fold(
            ModelManifest manifest,
            SortedSet<String> voters,
            List<CohortUpdate> updates,
            SumOpener opener,
            ModelState before,
            ModelState after)
            throws IOException {
        OptimizerSpec optimizer = terms.optimizer();
        List<Digest> leaves = new ArrayList<>();
        long outOfBounds = 0;
        for (int shard = 0; shard < layout.shards(); shard++) {
            int[] folded = new int[layout.wordsIn(shard)];
            for (CohortUpdate update : updates) {
                byte[] words = update.shard(layout, shard);
                ModularSum.add(layout.set(), folded, 0, words, 0, words.length);
            }
            float[] mean = new float[layout.parametersIn(shard)];
            outOfBounds += opener.mean(shard, folded, manifest.sumOfWeights(), mean);
            ShardState next = before.read(shard);
            ServerOptimizer.step(
                    optimizer, next.parameters(), mean, next.firstMoment(), next.secondMoment(), 0, mean.length);
            leaves.add(next.leaf());
            after.write(shard, next);
        }
        updates.forEach(CohortUpdate::requireRoot);
        if (outOfBounds > 0) {
            throw new RejectedException(
                    Reason.SUM_OUT_OF_BOUNDS,
                    outOfBounds + " opened sums are out of bounds: such a cohort makes no version");
        }
        Digest root = MerkleTree.root(leaves);
        checkRoot(manifest, root);
        List<String> silos = manifest.cohort().stream().map(UpdateRef::silo).toList();
        return new Recomputed(root, voters, silos);
    }

    /**
     * Checks what a manifest says of the documents and the version that it was made under; no key is needed.
     *
     * @param previous digest of the manifest before it; of version 0, of the specification
     * @throws RejectedException if it names another
     */
    public void checkTerms(ModelManifest manifest, Digest previous) {
        Context context = manifest.context();
        require(context.rosterEpoch() == terms.roster().epoch(), "it is of another epoch");
        require(context.rosterDigest().equals(terms.rosterDigest()), "it is of another roster");
        require(context.policySequence() == terms.policy().sequence(), "it is of another policy");
        require(context.model().equals(terms.spec().context().model()), "it is of another model");
        require(context.sender().equals(terms.roster().aggregator()), "it is not the aggregator's");
        require(terms.policy().suites().contains(context.suite()), "policy does not allow its suite");
        require(manifest.modelSpecDigest().equals(terms.specDigest()), "it names another specification");
        require(manifest.shardCount() == layout.shards(), "it has another number of shards");
        require(manifest.optimizer().equals(terms.policy().optimizer()), "it names another optimiser");
        if (!manifest.previousDigest().equals(previous)) {
            throw new RejectedException(Reason.WRONG_PREVIOUS, "it does not follow the version before it");
        }
    }

    private void checkPrivacy(ModelManifest manifest, ChainLink previous) {
        Optional<ModelManifest.PrivacySpent> spent =
                privacy.map(asked -> asked.spentBy(manifest.version(), previous.privacy()));
        require(manifest.privacy().equals(spent), "the privacy spent is " + spent + ", it says " + manifest.privacy());
    }

    private UpdateOpener opener(SignedRecord<UpdateManifest> record, KemPrivateKey key) {
        UpdateManifest.Core core = record.message().core();
        try {
            return new UpdateOpener(auditor, key, core);
        } catch (RejectedException e) {
            // No fault of the aggregator's: its own wrapped key may well open.
            throw new MissingRecordException(
                    MissingRecordException.Kind.CLOSED,
                    "a key: update " + core.context().sender() + "/" + core.updateId() + ": " + e.getMessage());
        }
    }

    private PublicElements elements(ModelManifest manifest) {
        Context context = manifest.context();
        return PublicElements.of(layout.set(), context.federation(), context.model(), context.rosterEpoch());
    }

    private SumOpener opener(ModelManifest manifest, int[] secretSum) {
        return new SumOpener(
                elements(manifest),
                layout,
                terms.encoding(),
                secretSum,
                manifest.cohort().size());
    }

    private int[] foldMeta(List<CohortUpdate> updates) {
        int[] folded = new int[MetaLayout.words(layout.set())];
        for (CohortUpdate update : updates) {
            byte[] words = update.meta(layout);
            ModularSum.add(layout.set(), folded, 0, words, 0, words.length);
        }
        return folded;
    }

    private void checkMeta(ModelManifest manifest, int[] folded, SumOpener opener) {
        MetaSums sums = opener.meta(folded, terms.metrics(), terms.policy().minWeight());
        // A private mean divides by the number of silos, not by what they say they weigh.
        double divisor = privacy.map(
                        asked -> asked.encoding().sumOfWeights(manifest.cohort().size()))
                .orElse(sums.sumOfWeights());
        require(
                Double.compare(divisor, manifest.sumOfWeights()) == 0,
                "the sum of weights is " + divisor + ", it says " + manifest.sumOfWeights());
        List<MetricSum> metrics = new ArrayList<>();
        for (int i = 0; i < sums.metrics().size(); i++) {
            metrics.add(
                    new MetricSum(terms.metrics().get(i).name(), sums.metrics().get(i)));
        }
        require(metrics.equals(manifest.metrics()), "the metrics are " + metrics + ", it says " + manifest.metrics());
    }

    private float[] initialShard(String model, int shard) {
        int bytes = layout.parametersIn(shard) * Float.BYTES;
        Optional<SignedRecord<ModelShard>> newest = Optional.empty();
        List<LogRecord> records = log.initial(model, shard);
        for (LogRecord record : records) {
            Optional<SignedRecord<ModelShard>> signed = verifier.openAuthoritys(
                            ModelShard.class, Purpose.MODEL_SHARD, TopicKind.INITIAL_MODELS, record)
                    .filter(s -> s.message().version() == 0
                            && s.message().shardIndex() == shard
                            && s.message().context().model().equals(model)
                            && s.payloadLength() == bytes);
            newest = signed.isPresent() ? signed : newest;
        }
        return newest.map(signed -> ShardState.floats(ByteBuffer.wrap(signed.payload())))
                .orElseThrow(() -> new MissingRecordException(
                        records.isEmpty() ? MissingRecordException.Kind.NOT_SEEN : MissingRecordException.Kind.CLOSED,
                        "shard " + shard + " of the initial model"));
    }

    private static void checkRoot(ModelManifest manifest, Digest root) {
        require(root.equals(manifest.shardsRoot()), "its root is " + root + ", it says " + manifest.shardsRoot());
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new RejectedException(Reason.MODEL_NOT_VERIFIED, otherwise);
        }
    }
}
