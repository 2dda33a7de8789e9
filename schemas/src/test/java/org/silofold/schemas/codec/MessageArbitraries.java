package org.silofold.schemas.codec;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.silofold.protocol.message.AuditEntry;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Countersignature;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Fence;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Rejection;
import org.silofold.protocol.message.ShareReceipts;
import org.silofold.protocol.message.StartId;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.message.UpdateWithdrawal;
import org.silofold.protocol.message.WrappedKey;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.reason.Reason;

/** Messages that keep every rule, with values up to the edges of their ranges. Registry documents: {@link DocumentArbitraries}. */
final class MessageArbitraries {
    /** One generator for each message but the two with a core, which are slower to make. */
    static final List<Supplier<Arbitrary<Message>>> OTHERS = List.of(
            MessageArbitraries::receipts,
            MessageArbitraries::request,
            MessageArbitraries::vote,
            MessageArbitraries::response,
            MessageArbitraries::modelShard,
            MessageArbitraries::modelManifest,
            MessageArbitraries::fate,
            MessageArbitraries::audit,
            MessageArbitraries::rejection,
            DocumentArbitraries::enrolment,
            DocumentArbitraries::enrolmentRequest,
            DocumentArbitraries::keyBundle,
            DocumentArbitraries::policy,
            DocumentArbitraries::modelSpec,
            DocumentArbitraries::roster,
            DocumentArbitraries::revocation,
            DocumentArbitraries::voidVersion,
            MessageArbitraries::withdrawal,
            MessageArbitraries::neverVoted,
            MessageArbitraries::countersignature,
            MessageArbitraries::fence,
            MessageArbitraries::broken);

    private MessageArbitraries() {}

    static Arbitrary<String> name() {
        Arbitrary<String> first = Arbitraries.strings().withChars("abcxyz019").ofLength(1);
        Arbitrary<String> rest =
                Arbitraries.strings().withChars("abcxyz019-").ofMinLength(0).ofMaxLength(62);
        return Combinators.combine(first, rest).as((a, b) -> a + b);
    }

    static Arbitrary<String> visible(int maxLength) {
        return Arbitraries.strings().withCharRange('!', '~').ofMinLength(1).ofMaxLength(maxLength);
    }

    static Arbitrary<String> line(int maxLength) {
        return Arbitraries.strings()
                .withCharRange(' ', '~')
                .withCharRange('\u00a1', '\u2000')
                .withChars('\u20ac', '\u65e5')
                .ofMinLength(0)
                .ofMaxLength(maxLength);
    }

    static Arbitrary<byte[]> bytes(int min, int max) {
        return Arbitraries.bytes().array(byte[].class).ofMinSize(min).ofMaxSize(max);
    }

    /** Bytes of a length too great to draw one by one. */
    private static Arbitrary<byte[]> filled(int length) {
        return Arbitraries.integers().between(0, 255).map(value -> Samples.filled(value, length));
    }

    static Arbitrary<Digest> digest() {
        return bytes(Digest.LENGTH, Digest.LENGTH).map(Digest::of);
    }

    private static Arbitrary<UpdateId> updateId() {
        return bytes(UpdateId.LENGTH, UpdateId.LENGTH).map(UpdateId::of);
    }

    static Arbitrary<Long> counter() {
        return Arbitraries.longs().between(0, Long.MAX_VALUE);
    }

    static Arbitrary<Context> context(Purpose purpose) {
        return Combinators.combine(
                        name(),
                        Arbitraries.integers().between(0, Integer.MAX_VALUE),
                        digest(),
                        counter(),
                        name(),
                        name())
                .as((federation, epoch, roster, policy, model, sender) -> new Context(
                        1,
                        Suite.ML_KEM_768_ML_DSA_65.text(),
                        federation,
                        epoch,
                        roster,
                        policy,
                        model,
                        sender,
                        purpose));
    }

    private static Arbitrary<UpdateRef> ref() {
        return Combinators.combine(name(), updateId(), digest()).as(UpdateRef::new);
    }

    private static Arbitrary<List<UpdateRef>> refs(int min) {
        return ref().list().ofMinSize(min).ofMaxSize(20).uniqueElements(r -> List.of(r.silo(), r.updateId()));
    }

    private static Arbitrary<List<UpdateRef>> cohort(int min) {
        return refs(min).map(refs -> refs.stream()
                .sorted((a, b) -> {
                    int bySilo = a.silo().compareTo(b.silo());
                    return bySilo != 0 ? bySilo : a.updateId().compareTo(b.updateId());
                })
                .toList());
    }

    private static Arbitrary<Buffer> buffer() {
        return Combinators.combine(
                        Arbitraries.longs().between(1, Long.MAX_VALUE),
                        Arbitraries.integers().between(1, Integer.MAX_VALUE))
                .as(Buffer::new);
    }

    private static Arbitrary<Optional<Reason>> optionalReason() {
        return Arbitraries.of(Reason.class).optional();
    }

    private static Arbitrary<List<WrappedKey>> wrappedKeys() {
        Arbitrary<WrappedKey> key =
                Combinators.combine(name(), filled(1088), filled(48)).as(WrappedKey::new);
        return key.list().ofMinSize(1).ofMaxSize(8).uniqueElements(WrappedKey::recipient);
    }

    static Arbitrary<Message> updateShard() {
        Arbitrary<int[]> place = Arbitraries.integers()
                .between(1, 65536)
                .flatMap(count -> Arbitraries.integers().between(0, count - 1).map(index -> new int[] {index, count}));
        return Combinators.combine(
                        context(Purpose.UPDATE_SHARD), updateId(), counter(), place, wrappedKeys(), digest(), digest())
                .as((context, id, sequence, at, keys, cek, payload) -> {
                    UpdateShard.Core core = new UpdateShard.Core(context, id, sequence, at[0], at[1], keys, cek);
                    return new UpdateShard(core, HeaderCodec.encodeCore(core), payload);
                });
    }

    static Arbitrary<Message> updateManifest() {
        return Combinators.combine(
                        context(Purpose.UPDATE_MANIFEST),
                        updateId(),
                        counter(),
                        Arbitraries.integers().between(3, 32),
                        Arbitraries.integers().between(1, 16),
                        wrappedKeys(),
                        digest(),
                        Arbitraries.integers())
                .as(MessageArbitraries::manifest);
    }

    private static UpdateManifest manifest(
            Context context,
            UpdateId id,
            long number,
            int members,
            int repetitions,
            List<WrappedKey> keys,
            Digest digest,
            int word) {
        int threshold = new CommitteeSize(members).threshold();
        List<byte[]> ciphertexts = new java.util.ArrayList<>();
        List<Digest> commitments = new java.util.ArrayList<>();
        for (int j = 0; j < members; j++) {
            ciphertexts.add(Samples.filled(j + word, 1088));
            commitments.add(Samples.filledDigest(word - j));
        }
        UpdateManifest.Core core = new UpdateManifest.Core(
                context,
                id,
                number,
                number / 3,
                digest,
                (int) (number % 1000),
                word % 2 == 0 ? "examples" : "uniform",
                number,
                members,
                threshold,
                repetitions,
                "MASK-2048-32",
                digest,
                1 + number % (1L << 34),
                1 + (int) (number % 65536),
                keys,
                digest,
                ciphertexts,
                digest);
        int[][] rows = new int[repetitions][threshold];
        for (int[] row : rows) {
            for (int i = 0; i < threshold; i++) {
                row[i] = word * (i + 7);
            }
        }
        return new UpdateManifest(core, HeaderCodec.encodeCore(core), digest, commitments, rows);
    }

    private static Arbitrary<Message> receipts() {
        return Combinators.combine(context(Purpose.SHARE_RECEIPTS), refs(1), optionalReason())
                .as((context, refs, refused) -> new ShareReceipts(
                        context,
                        refs.stream()
                                .map(ref -> new ShareReceipts.Entry(
                                        ref, ref.updateId().toBytes()[0] > 0 ? refused : Optional.empty()))
                                .toList()));
    }

    private static Arbitrary<Message> request() {
        return Combinators.combine(
                        context(Purpose.UNMASK_REQUEST),
                        buffer(),
                        digest(),
                        cohort(1),
                        counter(),
                        bytes(1, 60).list().ofMaxSize(5))
                .as(UnmaskRequest::new);
    }

    private static Arbitrary<Message> vote() {
        return Combinators.combine(context(Purpose.UNMASK_VOTE), buffer(), digest(), optionalReason(), refs(0))
                .as((context, buffer, cohort, refused, refs) ->
                        new UnmaskVote(context, buffer, cohort, refused, refused.isPresent() ? refs : List.of()));
    }

    private static Arbitrary<Message> response() {
        return Combinators.combine(context(Purpose.UNMASK_RESPONSE), buffer(), digest(), digest())
                .as(UnmaskResponse::new);
    }

    private static Arbitrary<Message> modelShard() {
        return Combinators.combine(
                        context(Purpose.MODEL_SHARD),
                        counter(),
                        Arbitraries.integers().between(0, 65535),
                        digest())
                .as((context, version, index, payload) -> new ModelShard(context, version, index, index + 1, payload));
    }

    private static Arbitrary<Message> modelManifest() {
        return Arbitraries.oneOf(openedManifest(), voidManifest());
    }

    private static Arbitrary<Message> openedManifest() {
        Arbitrary<ModelManifest.MetricSum> metric =
                Combinators.combine(visible(64), Arbitraries.doubles()).as(ModelManifest.MetricSum::new);
        return Combinators.combine(
                        context(Purpose.MODEL_MANIFEST),
                        Arbitraries.longs().between(0, 3),
                        digest(),
                        cohort(1),
                        Arbitraries.integers().between(1, 65536),
                        Arbitraries.doubles().between(0, 1e9),
                        metric.list().ofMaxSize(8).uniqueElements(ModelManifest.MetricSum::name),
                        Arbitraries.of("fedavg", "fedavgm", "fedadagrad", "fedadam", "fedyogi"))
                .as((context, version, digest, cohort, shards, weights, metrics, optimizer) -> new ModelManifest(
                        context,
                        version,
                        digest,
                        version == 0 ? 0 : shards,
                        version == 0 ? List.of() : cohort,
                        digest,
                        shards,
                        digest,
                        weights,
                        metrics,
                        optimizer,
                        version == 0 ? Digest.ZERO : digest,
                        version == 2
                                ? Optional.of(new ModelManifest.PrivacySpent(0.1 + weights, 1.0 / (1 + shards)))
                                : Optional.empty(),
                        Optional.empty()));
    }

    private static Arbitrary<Message> voidManifest() {
        return Combinators.combine(
                        context(Purpose.MODEL_MANIFEST),
                        Arbitraries.longs().between(1, Long.MAX_VALUE),
                        digest(),
                        digest(),
                        Arbitraries.integers().between(1, 65536))
                .as((context, version, digest, document, shards) -> new ModelManifest(
                        context,
                        version,
                        digest,
                        0,
                        List.of(),
                        digest,
                        shards,
                        digest,
                        0,
                        List.of(),
                        "fedavg",
                        Digest.ZERO,
                        Optional.of(new ModelManifest.PrivacySpent(2, 1e-6)),
                        Optional.of(document)));
    }

    private static Arbitrary<Message> fate() {
        return Combinators.combine(
                        context(Purpose.UPDATE_FATE),
                        name(),
                        updateId(),
                        Arbitraries.of(UpdateFate.Kind.class),
                        Arbitraries.of(Reason.class),
                        Arbitraries.longs().between(1, Long.MAX_VALUE))
                .as((context, silo, id, kind, reason, version) -> {
                    boolean ended = kind == UpdateFate.Kind.REFUSED || kind == UpdateFate.Kind.SPENT;
                    boolean numbered = !ended && kind != UpdateFate.Kind.ACCEPTED;
                    return new UpdateFate(
                            context,
                            silo,
                            id,
                            kind,
                            ended ? Optional.of(reason) : Optional.empty(),
                            numbered ? version : -1);
                });
    }

    private static Arbitrary<Message> audit() {
        return Combinators.combine(
                        context(Purpose.AUDIT_ENTRY),
                        counter(),
                        digest(),
                        name(),
                        Arbitraries.maps(visible(64), line(200)).ofMaxSize(10))
                .as((context, sequence, previous, event, details) ->
                        new AuditEntry(context, sequence, previous, event, new TreeMap<>(details)));
    }

    private static Arbitrary<Message> rejection() {
        return Combinators.combine(
                        context(Purpose.REJECTION),
                        Arbitraries.of(Reason.class),
                        visible(249),
                        Arbitraries.integers().between(0, Integer.MAX_VALUE),
                        counter(),
                        digest(),
                        line(1024))
                .as(Rejection::new);
    }

    private static Arbitrary<Message> withdrawal() {
        return Combinators.combine(context(Purpose.UPDATE_WITHDRAWAL), updateId(), digest())
                .as(UpdateWithdrawal::new);
    }

    private static Arbitrary<Message> neverVoted() {
        return Combinators.combine(context(Purpose.NEVER_VOTED), refs(1)).as(NeverVoted::new);
    }

    private static Arbitrary<Message> countersignature() {
        return Combinators.combine(context(Purpose.COUNTERSIGNATURE), counter(), digest(), digest())
                .as(Countersignature::new);
    }

    private static Arbitrary<Message> fence() {
        return Combinators.combine(context(Purpose.FENCE), Arbitraries.longs(), Arbitraries.longs())
                .as((context, high, low) -> new Fence(context, new StartId(high, low)));
    }

    private static Arbitrary<Message> broken() {
        return Combinators.combine(context(Purpose.COHORT_BROKEN), buffer(), digest(), Arbitraries.of(Reason.class))
                .as(CohortBroken::new);
    }
}
