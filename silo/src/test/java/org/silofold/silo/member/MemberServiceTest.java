package org.silofold.silo.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Fence;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.ShareReceipts;
import org.silofold.protocol.message.StartId;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.share.Shamir;
import org.silofold.protocol.share.ShareSum;
import org.silofold.protocol.sign.SignedBytes;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;
import org.silofold.schemas.codec.HeaderCodec;
import org.silofold.schemas.registry.RegistryDocuments;

/** Four agents on a real broker: manifests and a request go in, the secret sum's shares come out; one agent stops in between. */
final class MemberServiceTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final byte[] NOTHING = new byte[0];

    @TempDir
    Path directory;

    private Federation federation;

    @BeforeEach
    void open() throws Exception {
        federation = new Federation(directory);
    }

    @AfterEach
    void close() {
        federation.close();
    }

    private Digest publishVersionZero() throws Exception {
        ModelManifest manifest = new ModelManifest(
                federation.context(Samples.AGGREGATOR, Purpose.MODEL_MANIFEST),
                0,
                specDigest(),
                0,
                List.of(),
                Samples.digest("root"),
                1,
                specDigest(),
                0.0,
                List.of(),
                "fedavg",
                Digest.ZERO,
                Optional.empty(),
                Optional.empty());
        byte[] record = SignedRecords.seal(manifest, NOTHING, federation.identity(Samples.AGGREGATOR));
        federation.send(federation.topics.modelManifests(), Topics.modelKey(Samples.MODEL), record);
        return SignedBytes.digest(Purpose.MODEL_MANIFEST, HeaderCodec.encode(manifest));
    }

    private Digest specDigest() {
        return federation.registry.modelSpecDigest(Samples.MODEL).orElseThrow();
    }

    private UpdateRef submit(Manifests manifests, String silo, Digest base, MaskSecret secret) throws Exception {
        Manifests.Terms terms = new Manifests.Terms(
                federation.context(silo, Purpose.UPDATE_MANIFEST),
                0,
                base,
                specDigest(),
                System.currentTimeMillis() + 600_000);
        Manifests.Built built = manifests.build(terms, "u", secret, Manifests.Fault.NONE);
        UpdateRef ref = Manifests.ref(built.verified());
        byte[] record = built.sealed(federation.identity(silo));
        federation.send(federation.topics.manifests(silo), ref.updateId().toBytes(), record);
        return ref;
    }

    private void awaitReceipt(String member, UpdateRef ref) {
        federation.await(
                ShareReceipts.class,
                Purpose.SHARE_RECEIPTS,
                federation.topics.receipts(member),
                member,
                receipts -> receipts.entries().stream()
                        .anyMatch(entry ->
                                entry.update().equals(ref) && entry.refused().isEmpty()));
    }

    @Test
    void everythingThatFollowsKafkaSaysSoWhenTheBrokerIsGone() {
        Set<String> followers = Set.of("registry", "models", "fates", "own-log", MemberService.NAME);
        federation.start("silo-1");
        federation.awaitHealth("silo-1", followers, true);
        federation.stopBroker();
        federation.awaitHealth("silo-1", followers, false);
    }

    @Test
    void aCohortIsVotedForAndOpenedAcrossARestart() throws Exception {
        Committee.NAMES.forEach(federation::start);
        Digest base = publishVersionZero();
        Manifests manifests = new Manifests(Committee.NAMES.stream()
                .map(name -> federation.registry.kemKey(name, 1).orElseThrow())
                .toList());
        int[] expected = new int[SET.n()];
        List<UpdateRef> refs = new ArrayList<>();
        federation.send(federation.topics.manifests("silo-1"), new byte[16], new byte[] {1, 2, 3});
        for (String silo : List.of("silo-1", "silo-2", "silo-3")) {
            MaskSecret secret = MaskSecret.fromSeed(
                    SET, SecretBytes.copyOf(Samples.digest(silo).toBytes()));
            ShareSum.add(SET, expected, secret.toWords());
            refs.add(submit(manifests, silo, base, secret));
        }
        for (String member : Committee.NAMES) {
            refs.forEach(ref -> awaitReceipt(member, ref));
        }
        assertThat(federation.skipped("silo-4"))
                .as("three bytes are no manifest")
                .isEqualTo(1);

        federation.stop("silo-4");
        UnmaskRequest request = new UnmaskRequest(
                federation.context(Samples.AGGREGATOR, Purpose.UNMASK_REQUEST),
                new Buffer(1, 1),
                base,
                refs,
                System.currentTimeMillis() + 60_000,
                List.of());
        Digest digest = Cohort.of(refs).digest(request.context(), request.buffer(), base);
        // The aggregator's note to itself and its request, under each other's key: what a record is, its signature
        // says.
        Fence fence = new Fence(federation.context(Samples.AGGREGATOR, Purpose.FENCE), new StartId(1, 2));
        federation.send(
                federation.topics.unmaskRequests(),
                Topics.modelKey(Samples.MODEL),
                SignedRecords.seal(fence, NOTHING, federation.identity(Samples.AGGREGATOR)));
        federation.send(
                federation.topics.unmaskRequests(),
                Topics.fenceKey(Samples.MODEL),
                SignedRecords.seal(request, NOTHING, federation.identity(Samples.AGGREGATOR)));
        for (String member : List.of("silo-1", "silo-2", "silo-3")) {
            federation.await(
                    UnmaskVote.class,
                    Purpose.UNMASK_VOTE,
                    federation.topics.votes(member),
                    member,
                    vote -> vote.cohortDigest().equals(digest) && vote.refused().isEmpty());
        }
        federation.start("silo-4");

        SortedMap<Integer, int[]> responses = new TreeMap<>();
        for (int j = 1; j <= 4; j++) {
            String member = "silo-" + j;
            SignedRecord<UnmaskResponse> response = federation.await(
                    UnmaskResponse.class,
                    Purpose.UNMASK_RESPONSE,
                    federation.topics.responses(member),
                    member,
                    answer -> answer.cohortDigest().equals(digest));
            responses.put(j, Words.read(SET, response.payload(), 0, SET.n()));
        }
        assertThat(federation.skipped("silo-1"))
                .as("three bytes, but no fence and no request")
                .isEqualTo(1);
        assertThat(Shamir.consistent(SET, 3, responses)).isTrue();
        assertThat(Shamir.interpolateAtZero(SET, responses.headMap(4))).isEqualTo(expected);
        assertThat(Shamir.interpolateAtZero(SET, responses.tailMap(2))).isEqualTo(expected);
    }

    @Test
    void aMemberWithoutItsMemoryStandsAside() throws Exception {
        standsAsideForAVoteSignedWith(federation.identity("silo-1"));
    }

    /** Its directory was lost, and the authority enrolled it anew with fresh keys before the next epoch. */
    @Test
    void aMemberEnrolledAnewWithoutItsMemoryStandsAside() throws Exception {
        standsAsideForAVoteSignedWith(SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65));
    }

    private void standsAsideForAVoteSignedWith(SigningKey key) throws Exception {
        Digest base = publishVersionZero();
        // A vote of its own on Kafka, of which its new store knows nothing.
        UnmaskVote forgotten = new UnmaskVote(
                federation.context("silo-1", Purpose.UNMASK_VOTE),
                new Buffer(1, 1),
                Samples.digest("forgotten"),
                Optional.empty(),
                List.of());
        federation.send(federation.topics.votes("silo-1"), null, SignedRecords.seal(forgotten, NOTHING, key));
        federation.start("silo-1");
        Manifests manifests = new Manifests(Committee.NAMES.stream()
                .map(name -> federation.registry.kemKey(name, 1).orElseThrow())
                .toList());
        MaskSecret secret =
                MaskSecret.fromSeed(SET, SecretBytes.copyOf(Samples.digest("x").toBytes()));
        UpdateRef ref = submit(manifests, "silo-2", base, secret);
        awaitReceipt("silo-1", ref);
        federation.stop("silo-1");
        try (MemberStore store = MemberStore.open(federation.directory("silo-1").memberDatabase())) {
            assertThat(store.standsAside(1)).isTrue();
        }
    }

    @Test
    void aMemberThatLosesItsSeatErasesItsSharesAndTheirKey() throws Exception {
        federation.start("silo-1");
        Digest base = publishVersionZero();
        Manifests manifests = new Manifests(Committee.NAMES.stream()
                .map(name -> federation.registry.kemKey(name, 1).orElseThrow())
                .toList());
        MaskSecret secret =
                MaskSecret.fromSeed(SET, SecretBytes.copyOf(Samples.digest("x").toBytes()));
        awaitReceipt("silo-1", submit(manifests, "silo-2", base, secret));
        Path database = federation.directory("silo-1").memberDatabase();
        assertThat(StoreDump.of(database, List.of("updates")).get("updates")).hasSize(1);
        assertThat(federation.directory("silo-1").hasKemKey(1)).isTrue();
        RegistryDocuments.Document roster = federation
                .authority()
                .roster(
                        2,
                        2,
                        Committee.NAMES,
                        List.of("silo-2", "silo-3", "silo-4"),
                        Samples.AGGREGATOR,
                        List.of(),
                        System.currentTimeMillis() + 600_000);
        federation.send(federation.topics.registry(), roster.keyBytes(), roster.record());
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (federation.directory("silo-1").hasKemKey(1)
                || !StoreDump.of(database, List.of("updates")).get("updates").isEmpty()) {
            assertThat(System.nanoTime()).as("nothing erased in time").isLessThan(deadline);
            LockSupport.parkNanos(100_000_000);
        }
    }
}
