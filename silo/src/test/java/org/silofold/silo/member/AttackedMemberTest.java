package org.silofold.silo.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.ShareReceipts;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateWithdrawal;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.sign.SignedBytes;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;
import org.silofold.schemas.codec.HeaderCodec;
import org.silofold.silo.agent.FixedRegistry;

/**
 * Four running members on a real broker under attack by silos, by members and by the aggregator: each attack ends with its reason, what
 * the members hold stays as it was, and honest cohorts are voted for and opened afterwards. Silos 3 and 4 are of one organisation.
 */
final class AttackedMemberTest {
    private static final String ME = "silo-1";
    private static final byte[] NOTHING = new byte[0];

    @TempDir
    Path directory;

    private Federation federation;
    private Manifests manifests;
    private Digest base;
    private int attempts;

    @BeforeEach
    void open() throws Exception {
        federation = new Federation(directory, Map.of("silo-4", "org-of-silo-3"));
        Committee.NAMES.forEach(federation::start);
        manifests = new Manifests(Committee.NAMES.stream()
                .map(name -> federation.registry.kemKey(name, 1).orElseThrow())
                .toList());
        ModelManifest first = version(0, spec(), List.of(), "root", Optional.empty());
        aggregatorSends(federation.topics.modelManifests(), first);
        base = SignedBytes.digest(Purpose.MODEL_MANIFEST, HeaderCodec.encode(first));
    }

    @AfterEach
    void close() {
        federation.close();
    }

    private Digest spec() {
        return federation.registry.modelSpecDigest(Samples.MODEL).orElseThrow();
    }

    private ModelManifest version(
            long version, Digest previous, List<UpdateRef> cohort, String root, Optional<Digest> document) {
        return new ModelManifest(
                federation.context(Samples.AGGREGATOR, Purpose.MODEL_MANIFEST),
                version,
                previous,
                cohort.isEmpty() ? 0 : 1,
                cohort,
                Samples.digest(root),
                1,
                spec(),
                0.0,
                List.of(),
                "fedavg",
                Digest.ZERO,
                Optional.empty(),
                document);
    }

    private byte[] sealed(Message message, String signer) {
        return SignedRecords.seal(message, NOTHING, federation.identity(signer));
    }

    private void aggregatorSends(String topic, Message message) throws Exception {
        federation.send(topic, Topics.modelKey(Samples.MODEL), sealed(message, Samples.AGGREGATOR));
    }

    private Manifests.Built built(String silo, String update, Digest baseDigest, Manifests.Fault fault) {
        Manifests.Terms terms = new Manifests.Terms(
                federation.context(silo, Purpose.UPDATE_MANIFEST),
                0,
                baseDigest,
                spec(),
                System.currentTimeMillis() + 600_000);
        MaskSecret secret = MaskSecret.fromSeed(
                ParameterSet.MASK_2048_32,
                SecretBytes.copyOf(Samples.digest(silo + update).toBytes()));
        return manifests.build(terms, update, secret, fault);
    }

    /** Sends an update; every member says the same of its shares. */
    private UpdateRef submit(
            String silo, String update, Digest baseDigest, Manifests.Fault fault, Optional<Reason> refused)
            throws Exception {
        Manifests.Built built = built(silo, update, baseDigest, fault);
        UpdateRef ref = Manifests.ref(built.verified());
        federation.send(
                federation.topics.manifests(silo), ref.updateId().toBytes(), built.sealed(federation.identity(silo)));
        for (String member : Committee.NAMES) {
            federation.await(
                    ShareReceipts.class,
                    Purpose.SHARE_RECEIPTS,
                    federation.topics.receipts(member),
                    member,
                    receipts -> receipts.entries().contains(new ShareReceipts.Entry(ref, refused)));
        }
        return ref;
    }

    private UpdateRef submit(String silo, String update) throws Exception {
        return submit(silo, update, base, Manifests.Fault.NONE, Optional.empty());
    }

    private UnmaskRequest request(long policySequence, Digest previous, List<UpdateRef> refs) {
        Context now = federation.context(Samples.AGGREGATOR, Purpose.UNMASK_REQUEST);
        Context context = new Context(
                now.version(),
                now.suite(),
                now.federation(),
                now.rosterEpoch(),
                now.rosterDigest(),
                policySequence,
                now.model(),
                now.sender(),
                now.purpose());
        return new UnmaskRequest(
                context,
                new Buffer(1, ++attempts),
                previous,
                Cohort.of(refs).updates(),
                System.currentTimeMillis() + 120_000,
                List.of());
    }

    private static Digest digest(UnmaskRequest request) {
        return Cohort.of(request.cohort())
                .digest(request.context(), request.buffer(), request.previousManifestDigest());
    }

    /** Every member gives this answer. */
    private void answered(UnmaskRequest request, Optional<Reason> refused) throws Exception {
        aggregatorSends(federation.topics.unmaskRequests(), request);
        Digest cohort = digest(request);
        for (String member : Committee.NAMES) {
            UnmaskVote vote = federation
                    .await(
                            UnmaskVote.class,
                            Purpose.UNMASK_VOTE,
                            federation.topics.votes(member),
                            member,
                            answer -> answer.cohortDigest().equals(cohort))
                    .message();
            assertThat(vote.refused())
                    .as("%s's answer to %s", member, request.cohort())
                    .isEqualTo(refused);
        }
    }

    private void opens(List<UpdateRef> refs) throws Exception {
        UnmaskRequest request = request(1, base, refs);
        answered(request, Optional.empty());
        for (String member : Committee.NAMES) {
            federation.await(
                    UnmaskResponse.class,
                    Purpose.UNMASK_RESPONSE,
                    federation.topics.responses(member),
                    member,
                    response -> response.cohortDigest().equals(digest(request)));
        }
    }

    private Map<String, List<String>> held(String... tables) throws Exception {
        return StoreDump.of(federation.directory(ME).memberDatabase(), List.of(tables));
    }

    @Test
    void requestsThatBreakARuleAreRefusedAndLockNothing() throws Exception {
        UpdateRef one = submit("silo-1", "u");
        UpdateRef two = submit("silo-2", "u");
        UpdateRef three = submit("silo-3", "u");
        UpdateRef four = submit("silo-4", "u");
        UpdateRef crafted =
                submit("silo-2", "on a crafted base", Samples.digest("x"), Manifests.Fault.NONE, Optional.empty());
        UpdateRef copied = submit("silo-3", "copied", base, Manifests.Fault.COPIED, Optional.of(Reason.SEAL_BROKEN));
        UpdateRef withdrawn = submit("silo-2", "withdrawn");
        federation.send(
                federation.topics.withdrawals("silo-2"),
                withdrawn.updateId().toBytes(),
                sealed(
                        new UpdateWithdrawal(
                                federation.context("silo-2", Purpose.UPDATE_WITHDRAWAL),
                                withdrawn.updateId(),
                                withdrawn.manifestDigest()),
                        "silo-2"));
        for (String member : Committee.NAMES) {
            federation.await(
                    NeverVoted.class,
                    Purpose.NEVER_VOTED,
                    federation.topics.neverVoted(member),
                    member,
                    never -> never.updates().contains(withdrawn));
        }
        String[] tables = {"updates", "locks", "spent", "withdrawn", "responses", "versions"};
        Map<String, List<String>> before = held(tables);

        answered(request(1, base, List.of(one)), Optional.of(Reason.COHORT_TOO_SMALL));
        answered(request(1, base, List.of(three, four)), Optional.of(Reason.DUPLICATE_ORGANISATION));
        answered(request(1, base, List.of(one, crafted)), Optional.of(Reason.UNKNOWN_BASE));
        answered(request(1, Samples.digest("x"), List.of(one, two)), Optional.of(Reason.WRONG_PREVIOUS));
        answered(request(0, base, List.of(one, two)), Optional.of(Reason.WRONG_POLICY));
        answered(request(1, base, List.of(one, copied)), Optional.of(Reason.SHARES_NOT_ACCEPTED));
        answered(request(1, base, List.of(one, withdrawn)), Optional.of(Reason.WITHDRAWN));
        assertThat(held(tables)).isEqualTo(before);

        opens(List.of(one, two, three));
        UpdateRef again = submit("silo-1", "again");
        answered(request(1, base, List.of(again, two)), Optional.of(Reason.SPENT));
        opens(List.of(again, four));
        assertThat(held("withdrawn")).isEqualTo(Map.of("withdrawn", before.get("withdrawn")));
    }

    /** A record that members turn away, the topic it comes in, and why. */
    private record Junk(String topic, byte[] record, Reason reason) {}

    private Map<String, Junk> junk() {
        Topics topics = federation.topics;
        byte[] genuine = built("silo-3", "v", base, Manifests.Fault.NONE).sealed(federation.identity("silo-3"));
        byte[] flipped = genuine.clone();
        flipped[flipped.length - 1] ^= 1;
        UnmaskVote vote = new UnmaskVote(
                federation.context("silo-2", Purpose.UNMASK_VOTE),
                new Buffer(1, 1),
                Samples.digest("cohort"),
                Optional.empty(),
                List.of());
        UpdateWithdrawal withdrawal = new UpdateWithdrawal(
                federation.context("silo-3", Purpose.UPDATE_WITHDRAWAL), Samples.updateId("v"), base);
        Map<String, Junk> junk = new LinkedHashMap<>();
        junk.put("three bytes", new Junk(topics.manifests("silo-2"), new byte[3], Reason.MALFORMED_FRAME));
        junk.put("another silo's record", new Junk(topics.manifests("silo-2"), genuine, Reason.BAD_SIGNATURE));
        junk.put(
                "another silo's record, signed again",
                new Junk(
                        topics.manifests("silo-2"),
                        built("silo-3", "v", base, Manifests.Fault.NONE).sealed(federation.identity("silo-2")),
                        Reason.WRONG_SENDER));
        junk.put(
                "a truncated record",
                new Junk(
                        topics.manifests("silo-3"),
                        Arrays.copyOf(genuine, genuine.length - 9),
                        Reason.PAYLOAD_DIGEST_MISMATCH));
        junk.put("a flipped bit", new Junk(topics.manifests("silo-3"), flipped, Reason.PAYLOAD_DIGEST_MISMATCH));
        junk.put(
                "a vote larger than votes are",
                new Junk(topics.votes("silo-2"), new byte[200 * 1024], Reason.RECORD_TOO_LARGE));
        junk.put("a forged vote", new Junk(topics.votes("silo-2"), sealed(vote, "silo-3"), Reason.BAD_SIGNATURE));
        junk.put(
                "another member's vote, signed again",
                new Junk(topics.votes("silo-3"), sealed(vote, "silo-3"), Reason.WRONG_SENDER));
        junk.put(
                "a request that a silo signed",
                new Junk(
                        topics.unmaskRequests(),
                        sealed(request(1, base, List.of(Samples.ref("silo-1", "u"))), "silo-2"),
                        Reason.BAD_SIGNATURE));
        junk.put(
                "a withdrawal of another silo's update",
                new Junk(topics.withdrawals("silo-2"), sealed(withdrawal, "silo-2"), Reason.WRONG_SENDER));
        junk.put(
                "a second version 0",
                new Junk(
                        topics.modelManifests(),
                        sealed(
                                new ModelManifest(
                                        federation.context(Samples.AGGREGATOR, Purpose.MODEL_MANIFEST),
                                        0,
                                        spec(),
                                        0,
                                        List.of(),
                                        Samples.digest("root"),
                                        1,
                                        spec(),
                                        0.0,
                                        List.of(),
                                        "fedadam",
                                        Digest.ZERO,
                                        Optional.empty(),
                                        Optional.empty()),
                                Samples.AGGREGATOR),
                        Reason.CONFLICTING_DUPLICATE));
        junk.put(
                "another parent",
                new Junk(
                        topics.modelManifests(),
                        sealed(
                                version(
                                        1,
                                        Samples.digest("x"),
                                        List.of(Samples.ref("silo-1", "u")),
                                        "r",
                                        Optional.empty()),
                                Samples.AGGREGATOR),
                        Reason.MODEL_NOT_VERIFIED));
        return junk;
    }

    @Test
    void recordsThatAreNotWhatTheyShouldBeChangeNothing() throws Exception {
        UpdateRef one = submit("silo-1", "u");
        UpdateRef two = submit("silo-2", "u");
        String[] tables = {
            "updates", "cohorts", "answers", "votes", "locks", "spent", "withdrawn", "responses", "versions"
        };
        Map<String, List<String>> before = held(tables);
        Map<String, Junk> junk = junk();
        refusedByName(junk);
        ModelManifest empty = version(1, base, List.of(), "root", Optional.of(Samples.digest("no document")));
        aggregatorSends(federation.topics.modelManifests(), empty);
        for (Junk each : junk.values()) {
            federation.send(each.topic(), null, each.record());
        }
        federation.awaitSkipped(ME, junk.size());
        assertThat(held(tables)).isEqualTo(before);
        assertThat(federation.directory(ME).evidence()).isDirectoryContaining("glob:**/" + Samples.MODEL + "-0-*.rec");
        opens(List.of(one, two));
        assertThat(held("versions")).isEqualTo(Map.of("versions", before.get("versions")));
    }

    /** The same records at the same intake in this process, where the reason shows. */
    private void refusedByName(Map<String, Junk> junk) {
        Clock clock = Clock.systemUTC();
        RegistryCache registry = new RegistryCache(new FixedRegistry(federation.registry), clock);
        try (MemberStore store = MemberStore.open(directory.resolve("alone.db"))) {
            TestChain chain = new TestChain(spec());
            Member member = new Member(ME, store, registry::get, epoch -> null, chain, clock);
            RecordIntake intake = new RecordIntake(ME, federation.topics, registry, member, why -> {});
            List<MemberEffect> effects = new ArrayList<>();
            byte[] first = sealed(version(0, spec(), List.of(), "root", Optional.empty()), Samples.AGGREGATOR);
            assertThat(intake.handle(record(federation.topics.modelManifests(), first), effects))
                    .isTrue();
            junk.forEach((name, each) -> assertThatThrownBy(
                            () -> intake.handle(record(each.topic(), each.record()), effects), name)
                    .isInstanceOfSatisfying(
                            RejectedException.class,
                            e -> assertThat(e.reason()).as(name).isEqualTo(each.reason())));
            assertThat(effects).isEmpty();
        }
    }

    private static ConsumerRecord<byte[], byte[]> record(String topic, byte[] value) {
        return new ConsumerRecord<>(topic, 0, 0, null, value);
    }
}
