package org.silofold.job.ingest;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.silofold.job.event.RawRecord;
import org.silofold.protocol.envelope.AssociatedData;
import org.silofold.protocol.envelope.ContentKey;
import org.silofold.protocol.envelope.MerkleTree;
import org.silofold.protocol.envelope.Seal;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.message.WrappedKey;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.codec.HeaderCodec;
import org.silofold.schemas.registry.RegistryView;

/** One update with random words, sealed and signed as a silo does it; its share packets are left out, which ingest does not open. */
final class TestUpdate {
    static final ParameterSet SET = ParameterSet.MASK_2048_32;

    final String silo;
    final UpdateId id;
    final ShardLayout layout;
    private final TestFederation federation;
    private final RegistryView view;
    private final ContentKey key;
    private final Random random;

    TestUpdate(TestFederation federation, RegistryView view, String silo, int parameters, long seed) {
        this.federation = federation;
        this.view = view;
        this.silo = silo;
        this.layout = new ShardLayout(SET, parameters);
        this.random = new Random(seed);
        byte[] bytes = new byte[UpdateId.LENGTH];
        random.nextBytes(bytes);
        this.id = UpdateId.of(bytes);
        this.key = ContentKey.generate(federation.random);
    }

    /** Words below q. */
    byte[] words(int shard) {
        byte[] words = new byte[layout.bytesIn(shard)];
        random.nextBytes(words);
        for (int i = 3; i < words.length; i += 4) {
            words[i] &= 0x7f;
        }
        return words;
    }

    RawRecord shard(int index, byte[] words) {
        return shard(index, layout.shards(), words, id.toBytes());
    }

    RawRecord shard(int index, int count, byte[] words, byte[] recordKey) {
        Context context = TestFederation.context(view, silo, Purpose.UPDATE_SHARD);
        UpdateShard.Core core = new UpdateShard.Core(context, id, 1, index, count, wrapped(context), key.digest());
        byte[] coreBytes = HeaderCodec.encodeCore(core);
        byte[] sealed;
        try (SecretBytes shardKey = key.shardKey(context, id, index)) {
            sealed = Seal.seal(shardKey, AssociatedData.shard(coreBytes), words);
        }
        UpdateShard message = new UpdateShard(core, coreBytes, Digest.sha256(sealed));
        return federation.signed("updates." + silo, recordKey, message, sealed);
    }

    /** A shard whose seal was made over other data than its header. */
    RawRecord shardWithBrokenSeal(int index, byte[] words) {
        Context context = TestFederation.context(view, silo, Purpose.UPDATE_SHARD);
        UpdateShard.Core core =
                new UpdateShard.Core(context, id, 1, index, layout.shards(), wrapped(context), key.digest());
        byte[] sealed;
        try (SecretBytes shardKey = key.shardKey(context, id, index)) {
            sealed = Seal.seal(shardKey, new byte[32], words);
        }
        UpdateShard message = new UpdateShard(core, HeaderCodec.encodeCore(core), Digest.sha256(sealed));
        return federation.signed("updates." + silo, id.toBytes(), message, sealed);
    }

    RawRecord manifest(int[] metaWords) {
        Context context = TestFederation.context(view, silo, Purpose.UPDATE_MANIFEST);
        UpdateManifest.Core core = new UpdateManifest.Core(
                context,
                id,
                1,
                0,
                Digest.sha256(new byte[] {7}),
                0,
                "uniform",
                TestFederation.LONG,
                3,
                2,
                5,
                SET.name(),
                view.modelSpecDigest(TestFederation.MODEL).orElseThrow(),
                layout.parameterCount(),
                layout.shards(),
                wrapped(context),
                key.digest(),
                IntStream.range(0, 3).mapToObj(i -> new byte[1088]).toList(),
                MerkleTree.root(Collections.nCopies(layout.shards(), Digest.ZERO)));
        byte[] coreBytes = HeaderCodec.encodeCore(core);
        byte[] payload;
        try (SecretBytes metaKey = key.metaKey(context, id, layout.metaBlock())) {
            byte[] associated = AssociatedData.meta(Digest.sha256(coreBytes), layout.metaBlock());
            payload = Seal.seal(metaKey, associated, Words.toBytes(metaWords));
        }
        UpdateManifest message = new UpdateManifest(
                core, coreBytes, Digest.sha256(payload), List.of(Digest.ZERO, Digest.ZERO, Digest.ZERO), new int[5][2]);
        byte[] record = SignedRecords.seal(message, payload, federation.identity(silo));
        return federation.raw("manifests." + silo, id.toBytes(), record);
    }

    private List<WrappedKey> wrapped(Context context) {
        return List.of(
                key.wrapFor("aggregator", federation.kem("aggregator").publicKey(), context, id, federation.random));
    }
}
