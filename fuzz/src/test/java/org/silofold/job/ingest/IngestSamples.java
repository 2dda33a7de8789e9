package org.silofold.job.ingest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.silofold.fuzz.Choices;
import org.silofold.job.event.RawRecord;
import org.silofold.protocol.encode.MetaLayout;
import org.silofold.protocol.envelope.AssociatedData;
import org.silofold.protocol.envelope.ContentKey;
import org.silofold.protocol.envelope.MerkleTree;
import org.silofold.protocol.envelope.Seal;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Fence;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.ShareReceipts;
import org.silofold.protocol.message.StartId;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.message.UpdateWithdrawal;
import org.silofold.protocol.message.WrappedKey;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.codec.RawHeaders;
import org.silofold.schemas.registry.RegistryView;

/** Valid messages of every kind that ingest reads, of a federation in which the member {@value #REVOKED} is revoked. Made once. */
final class IngestSamples {
    static final String REVOKED = "m3";
    static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final String AGGREGATOR = TestFederation.PARTY.aggregator();

    /** A full shard and one of one block, which the samples are. */
    private static final int PARAMETERS = 97 * SET.n();

    private static final int SHARD = 1;

    final TestFederation federation;
    final List<RawRecord> documents;
    final ShardLayout layout = new ShardLayout(SET, PARAMETERS);
    final List<Sample> samples = new ArrayList<>();
    private final RegistryView view;
    private final Random random = new Random(5);

    /**
     * Where and by whom a message is said.
     *
     * @param signer who signs
     * @param message what
     * @param payload behind the header
     * @param plain what is sealed in the payload; empty if nothing is
     * @param seal the message about this plain text, sealed anew, with its payload; gives nothing if it has no encoding
     */
    record Sample(
            String topic,
            byte[] key,
            String signer,
            Message message,
            byte[] payload,
            byte[] plain,
            Function<Message, Function<byte[], Optional<Sealed>>> seal) {}

    /** A message and the payload that it is about. */
    record Sealed(Message message, byte[] payload) {}

    IngestSamples(TestFederation federation) {
        this.federation = federation;
        documents = new ArrayList<>(federation.documents(PARAMETERS, Digest.ZERO));
        documents.add(federation.raw(federation.authority.revocation(REVOKED, 1, 0, "left")));
        view = federation.view(documents);
        for (String silo : TestFederation.SILOS) {
            update(silo, 1);
            update(silo, 2);
        }
        UpdateRef ref = new UpdateRef("anna", id(), Digest.sha256(new byte[] {1}));
        Buffer buffer = new Buffer(1, 1);
        for (String member : TestFederation.MEMBERS) {
            member(member, ref, buffer);
        }
        for (String silo : TestFederation.SILOS) {
            plain(
                    "withdrawals." + silo,
                    bytes(ref.updateId().hex()),
                    new UpdateWithdrawal(
                            context(silo, Purpose.UPDATE_WITHDRAWAL), ref.updateId(), ref.manifestDigest()),
                    new byte[0]);
        }
        aggregator(ref, buffer);
        initial();
    }

    private void member(String member, UpdateRef ref, Buffer buffer) {
        byte[] words = words(SET.n());
        plain(
                "receipts." + member,
                new byte[0],
                new ShareReceipts(
                        context(member, Purpose.SHARE_RECEIPTS),
                        List.of(
                                new ShareReceipts.Entry(ref, Optional.empty()),
                                new ShareReceipts.Entry(
                                        new UpdateRef("berta", ref.updateId(), ref.manifestDigest()),
                                        Optional.of(Reason.SHARE_CHECK_FAILED)))),
                new byte[0]);
        plain(
                "votes." + member,
                new byte[0],
                new UnmaskVote(
                        context(member, Purpose.UNMASK_VOTE),
                        buffer,
                        Digest.ZERO,
                        Optional.of(Reason.EXPIRED),
                        List.of(ref)),
                new byte[0]);
        plain(
                "responses." + member,
                new byte[0],
                new UnmaskResponse(context(member, Purpose.UNMASK_RESPONSE), buffer, Digest.ZERO, Digest.sha256(words)),
                words);
    }

    private void aggregator(UpdateRef ref, Buffer buffer) {
        byte[] model = bytes(TestFederation.MODEL);
        plain(
                "unmask-requests",
                model,
                new UnmaskRequest(
                        context(AGGREGATOR, Purpose.UNMASK_REQUEST),
                        buffer,
                        Digest.ZERO,
                        List.of(ref),
                        TestFederation.LONG,
                        List.of(new byte[] {1, 2, 3})),
                new byte[0]);
        plain(
                "model-manifests",
                model,
                new ModelManifest(
                        context(AGGREGATOR, Purpose.MODEL_MANIFEST),
                        1,
                        Digest.ZERO,
                        1,
                        List.of(ref),
                        Digest.ZERO,
                        layout.shards(),
                        view.modelSpecDigest(TestFederation.MODEL).orElseThrow(),
                        1.0,
                        List.of(new ModelManifest.MetricSum("loss", 0.5)),
                        "fedavg",
                        Digest.ZERO,
                        Optional.empty(),
                        Optional.empty()),
                new byte[0]);
        plain(
                "model-manifests",
                bytes("broken/" + TestFederation.MODEL),
                new CohortBroken(context(AGGREGATOR, Purpose.COHORT_BROKEN), buffer, Digest.ZERO, Reason.COHORT_BROKEN),
                new byte[0]);
        for (String topic : List.of("unmask-requests", "model-manifests")) {
            Fence fence = new Fence(context(AGGREGATOR, Purpose.FENCE), new StartId(7, 9));
            plain(topic, bytes("fence/" + fence.start()), fence, new byte[0]);
        }
    }

    /** Version 0 is the authority's. */
    private void initial() {
        byte[] parameters = new byte[layout.parametersIn(SHARD) * Float.BYTES];
        ModelShard shard = new ModelShard(
                context("authority", Purpose.MODEL_SHARD), 0, SHARD, layout.shards(), Digest.sha256(parameters));
        plain("initial-models", bytes(TestFederation.MODEL + "/" + SHARD), shard, parameters);
    }

    private void plain(String topic, byte[] key, Message message, byte[] payload) {
        samples.add(new Sample(
                topic, key, message.context().sender(), message, payload, payload, said -> text -> about(said, text)));
    }

    /** The message with the digest of another payload. */
    private static Optional<Sealed> about(Message message, byte[] payload) {
        Digest digest = Digest.sha256(payload);
        if (message instanceof UnmaskResponse said) {
            message = new UnmaskResponse(said.context(), said.buffer(), said.cohortDigest(), digest);
        } else if (message instanceof ModelShard said) {
            message = new ModelShard(said.context(), said.version(), said.shardIndex(), said.shardCount(), digest);
        }
        return Optional.of(new Sealed(message, payload));
    }

    private void update(String silo, long sequence) {
        ContentKey key = ContentKey.generate(federation.random);
        UpdateId id = id();
        Context context = context(silo, Purpose.UPDATE_SHARD);
        List<WrappedKey> wrapped =
                List.of(key.wrapFor(AGGREGATOR, federation.kem(AGGREGATOR).publicKey(), context, id));
        UpdateShard.Core shard =
                new UpdateShard.Core(context, id, sequence, SHARD, layout.shards(), wrapped, key.digest());
        sealed(
                "updates." + silo,
                new UpdateShard(shard, RawHeaders.core(shard).orElseThrow(), Digest.ZERO),
                words(layout.bytesIn(SHARD) / Integer.BYTES),
                key);
        UpdateManifest.Core manifest = new UpdateManifest.Core(
                context(silo, Purpose.UPDATE_MANIFEST),
                id,
                sequence,
                0,
                Digest.sha256(new byte[] {7}),
                0,
                "uniform",
                TestFederation.LONG,
                TestFederation.MEMBERS.size(),
                2,
                5,
                SET.name(),
                view.modelSpecDigest(TestFederation.MODEL).orElseThrow(),
                PARAMETERS,
                layout.shards(),
                wrapped,
                key.digest(),
                IntStream.range(0, TestFederation.MEMBERS.size())
                        .mapToObj(i -> new byte[1088])
                        .toList(),
                MerkleTree.root(Collections.nCopies(layout.shards(), Digest.ZERO)));
        sealed(
                "manifests." + silo,
                new UpdateManifest(
                        manifest,
                        RawHeaders.core(manifest).orElseThrow(),
                        Digest.ZERO,
                        Collections.nCopies(TestFederation.MEMBERS.size(), Digest.ZERO),
                        new int[5][2]),
                words(MetaLayout.words(SET)),
                key);
    }

    private void sealed(String topic, Message about, byte[] plain, ContentKey key) {
        Sealed sealed = seal(key, about, plain).orElseThrow();
        UpdateId id = about instanceof UpdateShard shard
                ? shard.core().updateId()
                : ((UpdateManifest) about).core().updateId();
        samples.add(new Sample(
                topic,
                id.toBytes(),
                about.context().sender(),
                sealed.message(),
                sealed.payload(),
                plain,
                said -> text -> seal(key, said, text)));
    }

    /** Seals as the update's own silo can, whatever the message says. */
    private Optional<Sealed> seal(ContentKey key, Message message, byte[] plain) {
        try {
            if (message instanceof UpdateShard shard) {
                UpdateShard.Core core = shard.core();
                try (SecretBytes secret = key.shardKey(core.context(), core.updateId(), core.shardIndex())) {
                    byte[] payload = Seal.seal(secret, AssociatedData.shard(shard.coreBytes()), plain);
                    return Optional.of(
                            new Sealed(new UpdateShard(core, shard.coreBytes(), Digest.sha256(payload)), payload));
                }
            }
            UpdateManifest manifest = (UpdateManifest) message;
            UpdateManifest.Core core = manifest.core();
            try (SecretBytes secret = key.metaKey(core.context(), core.updateId(), layout.metaBlock())) {
                byte[] associated = AssociatedData.meta(manifest.coreDigest(), layout.metaBlock());
                byte[] payload = Seal.seal(secret, associated, plain);
                return Optional.of(new Sealed(
                        new UpdateManifest(
                                core,
                                manifest.coreBytes(),
                                Digest.sha256(payload),
                                manifest.commitments(),
                                manifest.checkPolynomials()),
                        payload));
            }
        } catch (RuntimeException e) {
            // A sender that cannot even seal sends nothing.
            return Optional.empty();
        }
    }

    /** Other words: one changed to any number, or some cut off or added. */
    static byte[] changed(byte[] words, Choices choices) {
        byte[] copy = words.clone();
        if (copy.length == 0 || choices.oneIn(4)) {
            return Arrays.copyOf(copy, Math.max(0, copy.length + choices.below(9) - 4));
        }
        int at = choices.below(copy.length / Integer.BYTES) * Integer.BYTES;
        byte[] word = choices.oneIn(2) ? new byte[] {-1, -1, -1, -1} : choices.bytes(Integer.BYTES);
        System.arraycopy(word, 0, copy, at, word.length);
        return copy;
    }

    private byte[] words(int count) {
        byte[] words = new byte[count * Integer.BYTES];
        random.nextBytes(words);
        for (int i = 3; i < words.length; i += Integer.BYTES) {
            words[i] &= 0x7f;
        }
        return words;
    }

    private UpdateId id() {
        byte[] id = new byte[UpdateId.LENGTH];
        random.nextBytes(id);
        return UpdateId.of(id);
    }

    private Context context(String sender, Purpose purpose) {
        return TestFederation.context(view, sender, purpose);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
