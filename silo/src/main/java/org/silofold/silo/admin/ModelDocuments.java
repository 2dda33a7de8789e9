package org.silofold.silo.admin;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.privacy.ModelPrivacy;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.protocol.registry.VoidVersion;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.registry.RegistryDocuments;

/** The documents of models: specifications and their first parameters, policies, void versions. */
final class ModelDocuments {
    private final SignedDocuments documents;

    ModelDocuments(SignedDocuments documents) {
        this.documents = documents;
    }

    Policy policy(String model, PolicyFile file) throws IOException {
        SignedDocuments.requireName(model, "model");
        long sequence = documents.next(Purpose.POLICY, Policy.class, "policy/" + model);
        Optional<ModelSpec> spec = documents.newest(Purpose.MODEL_SPEC, ModelSpec.class, "model-spec/" + model);
        Optional<Policy> before = documents.newest(Purpose.POLICY, Policy.class, "policy/" + model);
        try {
            return documents.store(
                    Purpose.POLICY, Policy.class, documents.signer().policy(model, context -> {
                        Policy policy = file.toPolicy(context, sequence);
                        spec.ifPresent(known -> ModelPrivacy.of(policy, known));
                        before.ifPresent(known -> requireSamePrivacy(known, policy, spec.isPresent()));
                        return policy;
                    }));
        } catch (RejectedException e) {
            throw new AdminException(e.getMessage(), e);
        }
    }

    /** @param published whether a version may be out: nothing is published before the model is specified */
    private static void requireSamePrivacy(Policy before, Policy policy, boolean published) {
        String model = policy.context().model();
        String rule = ": a model is private from its beginning or not at all";
        if (before.privacy().isPresent() && policy.privacy().isEmpty()) {
            throw new AdminException("model " + model + " is private, and this policy asks for no privacy" + rule);
        }
        if (published && before.privacy().isEmpty() && policy.privacy().isPresent()) {
            throw new AdminException("model " + model + " is not private, and this policy asks for privacy" + rule);
        }
    }

    ModelSpec model(String model, List<TensorSpec> tensors, List<MetricSpec> metrics, InitialModel initial)
            throws IOException {
        SignedDocuments.requireName(model, "model");
        long sequence = documents.next(Purpose.MODEL_SPEC, ModelSpec.class, "model-spec/" + model);
        RegistryDocuments.Document document =
                documents.signer().modelSpec(model, sequence, tensors, metrics, initial.root());
        ModelSpec spec = SignedRecords.reread(ModelSpec.class, Purpose.MODEL_SPEC, document.record())
                .message();
        Optional<Policy> policy = documents.newest(Purpose.POLICY, Policy.class, "policy/" + model);
        try {
            policy.ifPresent(known -> ModelPrivacy.of(known, spec));
        } catch (RejectedException e) {
            throw new AdminException(e.getMessage(), e);
        }
        documents.store(document);
        return spec;
    }

    VoidVersion voidVersion(String model, long version, Digest previous, String why) throws IOException {
        SignedDocuments.requireName(model, "model");
        if (version < 1) {
            throw new AdminException("a void version is 1 or more, not " + version);
        }
        Policy policy = documents
                .newest(Purpose.POLICY, Policy.class, "policy/" + model)
                .orElseThrow(() -> new AdminException("model " + model + " has no policy"));
        Optional<VoidVersion> before = signedVoid(model, version);
        if (before.isPresent() && before.get().previousDigest().equals(previous)) {
            return before.get();
        }
        requireRoomForVoid(policy, model, version);
        long sequence = before.map(VoidVersion::sequence).orElse(0L) + 1;
        try {
            return documents.store(
                    Purpose.VOID_VERSION,
                    VoidVersion.class,
                    documents.signer().voidVersion(model, sequence, version, previous, why));
        } catch (RejectedException e) {
            throw new AdminException(e.getMessage(), e);
        }
    }

    /** Counts the void versions on both sides: the one in between joins them to one row. */
    private void requireRoomForVoid(Policy policy, String model, long version) throws IOException {
        int row = 1;
        for (long other = version - 1; other >= 1 && signedVoid(model, other).isPresent(); other--) {
            row++;
        }
        for (long other = version + 1; signedVoid(model, other).isPresent(); other++) {
            row++;
        }
        if (row > policy.maxVoids()) {
            throw new AdminException("version " + version + " of " + model + " would be one of " + row
                    + " void versions in a row; policy " + policy.sequence() + " allows maxVoids " + policy.maxVoids());
        }
    }

    private Optional<VoidVersion> signedVoid(String model, long version) throws IOException {
        return documents.newest(Purpose.VOID_VERSION, VoidVersion.class, VoidVersion.key(model, version));
    }

    byte[] initialShard(String model, InitialModel initial, int index) {
        byte[] payload = initial.shard(index);
        ModelShard shard = new ModelShard(
                documents.signer().context(model, Purpose.MODEL_SHARD),
                0,
                index,
                initial.layout().shards(),
                Digest.sha256(payload));
        return SignedRecords.seal(shard, payload, documents.signer().key());
    }
}
