package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.encode.MeanDecoder;
import org.silofold.protocol.encode.MetaDecoder;
import org.silofold.protocol.encode.MetaLayout;
import org.silofold.protocol.encode.MetaSums;
import org.silofold.protocol.encode.MetricRange;
import org.silofold.protocol.encode.SumOpener;
import org.silofold.protocol.envelope.AssociatedData;
import org.silofold.protocol.envelope.ContentKey;
import org.silofold.protocol.envelope.MerkleTree;
import org.silofold.protocol.envelope.PacketKeys;
import org.silofold.protocol.envelope.Seal;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.mask.ModularSum;
import org.silofold.protocol.mask.PublicElements;
import org.silofold.protocol.mask.Unmasker;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.privacy.PrivateEncoding;
import org.silofold.protocol.share.Shamir;
import org.silofold.protocol.share.ShareCheck;
import org.silofold.protocol.share.SharePacket;
import org.silofold.protocol.share.ShareSum;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.silo.store.OutgoingUpdate;

/** What silos put in their outboxes, read as aggregator and members read it, gives the weighted mean of their deltas. */
class UpdateBuilderTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final CommitteeSize COMMITTEE = new CommitteeSize(3);

    /** Two shards, the second short, the last block padded. */
    private static final int PARAMETERS = 97 * 2048 - 5;

    @TempDir
    Path directory;

    private TestFederation federation = new TestFederation(PARAMETERS);
    private final int[] folded = new int[federation.layout.blocks() * SET.n()];
    private final int[] foldedMeta = new int[MetaLayout.words(SET)];
    private final TreeMap<Integer, int[]> shares = new TreeMap<>();

    @Test
    void theCohortsSumOpensToTheWeightedMean() throws IOException {
        double[] expected = new double[PARAMETERS];
        Random random = new Random(7);
        for (int j = 1; j <= COMMITTEE.n(); j++) {
            shares.put(j, new int[SET.n()]);
        }
        for (String silo : TestFederation.SILOS) {
            float[] delta = new float[PARAMETERS];
            for (int i = 0; i < delta.length; i++) {
                delta[i] = (float) (random.nextGaussian() * 0.7);
                expected[i] += Math.max(-1, Math.min(1, delta[i])) / TestFederation.SILOS.size();
            }
            try (TestAgent agent = TestAgent.create(federation, directory.resolve(silo), silo)) {
                agent.initial();
                agent.outbox.submit(agent.request(0, delta));
                fold(silo, agent);
            }
        }
        open(expected);
    }

    @Test
    void underAPrivatePolicyEverySiloAddsItsShareOfTheNoise() throws IOException {
        federation = TestFederation.secret(PARAMETERS, 1.0, 100);
        for (int j = 1; j <= COMMITTEE.n(); j++) {
            shares.put(j, new int[SET.n()]);
        }
        for (String silo : TestFederation.SILOS) {
            try (TestAgent agent = TestAgent.create(federation, directory.resolve(silo), silo)) {
                agent.initial();
                agent.outbox.submit(new UpdateRequest(TestFederation.MODEL, 0, new float[PARAMETERS], 50, Map.of()));
                fold(silo, agent);
            }
        }
        PrivateEncoding encoding = federation.privacy().orElseThrow().encoding();
        int cohort = TestFederation.SILOS.size();
        int[] secretSum = Shamir.interpolateAtZero(SET, shares);
        PublicElements elements = PublicElements.of(SET, "demo", TestFederation.MODEL, 1);
        double squares = 0;
        float[] mean = new float[PARAMETERS];
        try (SumOpener opener = new SumOpener(elements, federation.layout, encoding.encoding(), secretSum, cohort)) {
            assertThat(opener.meta(foldedMeta, List.of(), 1).sumOfWeights()).isCloseTo(3, within(1e-5));
            for (int i = 0; i < federation.layout.shards(); i++) {
                int from = federation.layout.firstBlock(i) * SET.n();
                int[] words = Arrays.copyOfRange(folded, from, from + federation.layout.blocksIn(i) * SET.n());
                float[] part = new float[federation.layout.parametersIn(i)];
                opener.mean(i, words, encoding.sumOfWeights(cohort), part);
                System.arraycopy(part, 0, mean, (int) federation.layout.firstParameter(i), part.length);
            }
        }
        for (float value : mean) {
            squares += (double) value * value;
        }
        // Nothing but noise was sent: 198 thousand values give its width to about 0.2 %.
        assertThat(Math.sqrt(squares / PARAMETERS)).isCloseTo(encoding.meanNoise(cohort), withinPercentage(2));
    }

    private void fold(String silo, TestAgent agent) throws IOException {
        OutgoingUpdate update = agent.database.updates().unsent().get(0);
        List<byte[]> records = new ArrayList<>();
        for (Path file : agent.outbox.records(update)) {
            records.add(Files.readAllBytes(file));
        }
        byte[] manifestRecord = records.remove(records.size() - 1);
        List<Digest> digests = new ArrayList<>();
        for (int i = 0; i < records.size(); i++) {
            SignedRecord<UpdateShard> shard = open(UpdateShard.class, Purpose.UPDATE_SHARD, records.get(i), silo);
            UpdateShard.Core core = shard.message().core();
            assertThat(core.shardIndex()).isEqualTo(i);
            digests.add(shard.message().payloadDigest());
            try (ContentKey key = key(core);
                    SecretBytes shardKey = key.shardKey(core.context(), core.updateId(), i)) {
                byte[] words =
                        Seal.open(shardKey, AssociatedData.shard(shard.message().coreBytes()), shard.payload());
                int at = federation.layout.firstBlock(i) * SET.n();
                ModularSum.add(SET, folded, at, words, 0, words.length);
            }
        }
        SignedRecord<UpdateManifest> manifest =
                open(UpdateManifest.class, Purpose.UPDATE_MANIFEST, manifestRecord, silo);
        assertThat(manifest.message().core().shardsRoot()).isEqualTo(MerkleTree.root(digests));
        assertThat(manifest.message().core().tau()).isZero();
        foldManifest(manifest);
    }

    private void foldManifest(SignedRecord<UpdateManifest> signed) {
        UpdateManifest manifest = signed.message();
        UpdateManifest.Core core = manifest.core();
        byte[] payload = signed.payload();
        int metaLength = Seal.sealedLength(MetaLayout.bytes(SET));
        int metaBlock = federation.layout.metaBlock();
        try (ContentKey key = ContentKey.unwrap(
                        core.wrappedKeys(),
                        TestFederation.AGGREGATOR,
                        federation.kemKeys.get(TestFederation.AGGREGATOR),
                        core.context(),
                        core.updateId(),
                        core.cekDigest());
                SecretBytes metaKey = key.metaKey(core.context(), core.updateId(), metaBlock)) {
            byte[] meta =
                    Seal.open(metaKey, AssociatedData.meta(manifest.coreDigest(), metaBlock), payload, 0, metaLength);
            ModularSum.add(SET, foldedMeta, 0, meta, 0, meta.length);
        }
        int packetLength = Seal.sealedLength(SharePacket.length(SET));
        assertThat(payload).hasSize(metaLength + COMMITTEE.n() * packetLength);
        for (int j = 1; j <= COMMITTEE.n(); j++) {
            byte[] ciphertext = core.memberCiphertexts().get(j - 1);
            try (SecretBytes secret = federation
                            .kemKeys
                            .get(TestFederation.SILOS.get(j - 1))
                            .decapsulate(ciphertext);
                    SecretBytes packetKey = PacketKeys.derive(secret, core.context(), core.updateId(), j)) {
                byte[] bytes = Seal.open(
                        packetKey,
                        AssociatedData.packet(manifest.coreDigest(), j),
                        payload,
                        metaLength + (j - 1) * packetLength,
                        packetLength);
                SharePacket packet = SharePacket.decode(SET, j, bytes);
                ShareCheck.verify(
                        SET,
                        COMMITTEE,
                        core.updateId(),
                        manifest.coreDigest(),
                        manifest.commitments(),
                        manifest.checkPolynomials(),
                        packet);
                ShareSum.add(SET, shares.get(j), packet.share());
            }
        }
    }

    private void open(double[] expected) {
        Encoding encoding = new Encoding(SET, TestFederation.CLIP, 3);
        int cohort = TestFederation.SILOS.size();
        shares.remove(2);
        int[] secretSum = Shamir.interpolateAtZero(SET, shares);
        PublicElements elements = PublicElements.of(SET, "demo", TestFederation.MODEL, 1);
        try (Unmasker unmasker = new Unmasker(elements, secretSum)) {
            int[] meta = new int[SET.n()];
            unmasker.unmask(federation.layout.metaBlock(), foldedMeta, 0, meta, 0);
            List<MetricRange> ranges = List.of(new MetricRange("loss", 0, 10), new MetricRange("correct", 0, 100));
            MetaSums sums = MetaDecoder.decode(encoding, ranges, meta, cohort, 0.01);
            assertThat(sums.sumOfWeights()).isCloseTo(3 * 0.5, within(1e-5));
            assertThat(sums.metrics().get(0)).isCloseTo(3 * 0.5, within(1e-4));
            assertThat(sums.metrics().get(1)).isCloseTo(3 * 40.0, within(1e-3));
            float[] mean = new float[PARAMETERS];
            int[] block = new int[SET.n()];
            double worst = 0;
            for (int b = 0; b < federation.layout.blocks(); b++) {
                unmasker.unmask(b, folded, b * SET.n(), block, 0);
                int first = b * SET.n();
                int count = Math.min(SET.n(), PARAMETERS - first);
                MeanDecoder.decode(encoding, block, 0, count, cohort, sums.sumOfWeights(), mean, first);
                for (int i = first; i < first + count; i++) {
                    worst = Math.max(worst, Math.abs(mean[i] - expected[i]));
                }
            }
            assertThat(worst).isLessThan(0x1p-18).isPositive();
            assertThat(Arrays.stream(expected).map(Math::abs).max().orElseThrow())
                    .isGreaterThan(0.9);
        }
    }

    private ContentKey key(UpdateShard.Core core) {
        return ContentKey.unwrap(
                core.wrappedKeys(),
                TestFederation.AGGREGATOR,
                federation.kemKeys.get(TestFederation.AGGREGATOR),
                core.context(),
                core.updateId(),
                core.cekDigest());
    }

    private <T extends Message> SignedRecord<T> open(Class<T> type, Purpose purpose, byte[] record, String silo) {
        RecordLimits limits = purpose == Purpose.UPDATE_SHARD ? RecordLimits.SHARD : RecordLimits.MANIFEST;
        return SignedRecords.open(
                type, purpose, record, silo, federation.identities.get(silo).verifyingKey(), limits);
    }
}
