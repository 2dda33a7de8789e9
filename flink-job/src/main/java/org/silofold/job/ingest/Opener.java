package org.silofold.job.ingest;

import java.util.Arrays;
import org.silofold.job.config.AggregatorKeys;
import org.silofold.job.config.Party;
import org.silofold.job.event.ShardPayload;
import org.silofold.job.event.ShardPlace;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.encode.MetaLayout;
import org.silofold.protocol.envelope.AssociatedData;
import org.silofold.protocol.envelope.ContentKey;
import org.silofold.protocol.envelope.Seal;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.mask.ModularSum;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.registry.RegistryView;

/** Opens what a verified header promises, and checks that it fits the model. Every refusal is a {@link RejectedException}. Not thread-safe. */
final class Opener implements AutoCloseable {
    private final Party party;
    private final AggregatorKeys keys;
    private final ContentKeys contentKeys;

    /**
     * @param keys owned by this object from now on
     */
    Opener(Party party, AggregatorKeys keys) {
        this.party = party;
        this.keys = keys;
        this.contentKeys = new ContentKeys(party.aggregator());
    }

    /** The words of a shard. The context must be current. */
    ShardPayload.VerifiedShard shard(RegistryView registry, UpdateShard message, SignedRecord<?> signed) {
        UpdateShard.Core core = message.core();
        Context context = core.context();
        ParameterSet set = set(registry, context.model());
        ShardLayout layout = layout(registry, context.model());
        requireShape(core.shardCount(), core.shardIndex(), layout);
        UpdateKey update = new UpdateKey(context.sender(), core.updateId());
        ContentKey key = contentKeys.open(
                context, update, core.wrappedKeys(), core.cekDigest(), keys.kem(context.rosterEpoch()));
        int expected = layout.bytesIn(core.shardIndex());
        requireSealedLength(signed.payloadLength(), expected);
        byte[] aad = AssociatedData.shard(message.coreBytes());
        byte[] words;
        try (SecretBytes shardKey = key.shardKey(context, core.updateId(), core.shardIndex())) {
            words = Seal.open(shardKey, aad, signed.record(), signed.payloadOffset(), signed.payloadLength());
        }
        ModularSum.checkWords(set, words, 0, words.length);
        return new ShardPayload.VerifiedShard(new ShardPlace(context.model(), core.shardIndex()), update, words);
    }

    /** The masked meta section of a manifest. The context must be current. Whether its words are below q is the coordinator's to check. */
    int[] metaWords(RegistryView registry, UpdateManifest message, SignedRecord<?> signed) {
        UpdateManifest.Core core = message.core();
        Context context = core.context();
        ParameterSet set = set(registry, context.model());
        ShardLayout layout = layout(registry, context.model());
        if (core.shardCount() != layout.shards() || core.parameterCount() != layout.parameterCount()) {
            throw new RejectedException(
                    Reason.WRONG_SHAPE,
                    "manifest of " + core.parameterCount() + " parameters in " + core.shardCount()
                            + " shards, the model has " + layout.parameterCount() + " in " + layout.shards());
        }
        UpdateKey update = new UpdateKey(context.sender(), core.updateId());
        ContentKey key = contentKeys.open(
                context, update, core.wrappedKeys(), core.cekDigest(), keys.kem(context.rosterEpoch()));
        int sealed = Seal.sealedLength(MetaLayout.bytes(set));
        if (signed.payloadLength() < sealed) {
            throw new RejectedException(
                    Reason.WRONG_SHAPE, "the manifest's payload is shorter than a sealed meta section");
        }
        byte[] aad = AssociatedData.meta(message.coreDigest(), layout.metaBlock());
        try (SecretBytes metaKey = key.metaKey(context, core.updateId(), layout.metaBlock())) {
            byte[] words = Seal.open(metaKey, aad, signed.record(), signed.payloadOffset(), sealed);
            return Words.read(set, words, 0, MetaLayout.words(set));
        }
    }

    /** A shard of version 0. */
    ShardPayload.InitialShard initial(RegistryView registry, ModelShard shard, SignedRecord<?> signed) {
        String model = shard.context().model();
        ShardLayout layout = layout(registry, model);
        if (shard.version() != 0) {
            throw new RejectedException(Reason.INVALID_FIELD, "an initial model is version 0, not " + shard.version());
        }
        requireShape(shard.shardCount(), shard.shardIndex(), layout);
        int expected = layout.parametersIn(shard.shardIndex()) * Float.BYTES;
        if (signed.payloadLength() != expected) {
            throw new RejectedException(
                    Reason.WRONG_SHAPE, "shard of " + signed.payloadLength() + " bytes, not " + expected);
        }
        byte[] parameters = Arrays.copyOfRange(
                signed.record(), signed.payloadOffset(), signed.payloadOffset() + signed.payloadLength());
        Context context = registry.context(model, party.aggregator(), Purpose.MODEL_SHARD);
        return new ShardPayload.InitialShard(
                new ShardPlace(model, shard.shardIndex()), context, shard.shardCount(), parameters);
    }

    private static void requireShape(int shardCount, int shardIndex, ShardLayout layout) {
        if (shardCount != layout.shards() || shardIndex >= shardCount) {
            throw new RejectedException(
                    Reason.WRONG_SHAPE,
                    "shard " + shardIndex + " of " + shardCount + ", the model has " + layout.shards() + " shards");
        }
    }

    private static void requireSealedLength(int actual, int plain) {
        if (actual != Seal.sealedLength(plain)) {
            throw new RejectedException(
                    Reason.WRONG_SHAPE, "sealed shard of " + actual + " bytes, not " + Seal.sealedLength(plain));
        }
    }

    /** The model's parameter set. */
    static ParameterSet set(RegistryView registry, String model) {
        return ParameterSet.byName(registry.policy(model).orElseThrow().parameterSet());
    }

    private static ShardLayout layout(RegistryView registry, String model) {
        return new ShardLayout(
                set(registry, model), registry.modelSpec(model).orElseThrow().parameterCount());
    }

    @Override
    public void close() {
        contentKeys.close();
        keys.close();
    }
}
