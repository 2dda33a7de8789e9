package org.silofold.job.ingest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.silofold.fuzz.Choices;
import org.silofold.fuzz.Mutator;
import org.silofold.fuzz.Oracle;
import org.silofold.fuzz.Signing;
import org.silofold.fuzz.TemporaryDirectory;
import org.silofold.job.TestConfigs;
import org.silofold.job.event.RawRecord;
import org.silofold.job.event.ShardPayload;
import org.silofold.job.types.JobTypes;
import org.silofold.protocol.message.Fence;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.sign.SigningKey;

/**
 * The operator itself, in Flink's harness, and what it must do with a record: take it and say what it says of its own sender; or turn it away
 * with a reason and change nothing, which shows in what it does with the records after it; or keep it waiting, for a bounded time. One operator
 * serves all runs: between two of them so much time passes that it has forgotten everything, and that is checked.
 */
final class IngestUnderTest {
    /** Opening and verifying once; a header of many entries, each an event. */
    private static final long BUDGET = 16L << 20;

    private static final long PARK = 5_000;
    private static final long FORGOTTEN = 1_000_000;

    private static final Set<String> FENCED = Set.of("unmask-requests", "model-manifests");

    private static final Signing SIGNING = new Signing();
    private static final IngestSamples SAMPLES;
    private static final List<RawRecord> VALID = new ArrayList<>();
    private static final Set<String> PLACES = new HashSet<>();
    private static final KeyedBroadcastOperatorTestHarness<String, RawRecord, RawRecord, ShardPayload> HARNESS;

    static {
        try {
            SAMPLES = new IngestSamples(new TestFederation(TemporaryDirectory.create()));
            VerifyUnwrapFunction function = new VerifyUnwrapFunction(
                    TestFederation.PARTY,
                    SAMPLES.federation.files,
                    TestConfigs.with("park-ms", Long.toString(PARK), "park-bytes", "100000"));
            HARNESS = new KeyedBroadcastOperatorTestHarness<>(
                    new CoBroadcastWithKeyedOperator<>(function, List.of(VerifyUnwrapFunction.REGISTRY)),
                    new IngestKey(TestFederation.PARTY),
                    Types.STRING,
                    1,
                    1,
                    0);
            HARNESS.setup(JobTypes.PAYLOAD.createSerializer(new SerializerConfigImpl()));
            HARNESS.open();
            HARNESS.setProcessingTime(1_000);
            for (RawRecord document : SAMPLES.documents) {
                HARNESS.processBroadcastElement(document, 0);
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        for (IngestSamples.Sample sample : SAMPLES.samples) {
            byte[] record = SIGNING.record(sample.message(), sample.payload(), key(sample.signer()))
                    .orElseThrow();
            VALID.add(raw(sample.topic(), sample.key(), record));
            PLACES.add(sample.topic());
        }
        PLACES.addAll(List.of("updates.zoe", "votes.zoe", "registry", "models", "no.topic"));
    }

    /** What stands as a part of an update: by topic and key, the record that came first. */
    private final Map<String, byte[]> parts = new HashMap<>();

    /** Keys of which a record waits for the registry: all after it wait too. */
    private final Set<String> waiting = new HashSet<>();

    private final IngestKey keys = new IngestKey(TestFederation.PARTY);
    private int parked;

    /** Whether something may stand as a part that is not known here. */
    private boolean unclear;

    private IngestUnderTest() {}

    /** The operator as if nothing had ever come. */
    static IngestUnderTest fresh() {
        // A finding may have left something; only what this run does counts.
        pass(FORGOTTEN);
        pass(FORGOTTEN);
        drain();
        return new IngestUnderTest();
    }

    void step(Choices choices) {
        int chosen = choices.below(SAMPLES.samples.size());
        IngestSamples.Sample sample = SAMPLES.samples.get(chosen);
        RawRecord valid = VALID.get(chosen);
        switch (choices.below(8)) {
            case 0, 1 -> valid(sample, valid);
            case 2, 3 -> altered(sample, choices);
            case 4 -> resealed(sample, choices);
            case 5 -> damaged(valid, choices);
            case 6 -> misplaced(sample, valid, choices);
            default -> time(choices);
        }
    }

    /** A record that is as it should be, of one who may speak, is taken; unless another came first in its place. */
    private void valid(IngestSamples.Sample sample, RawRecord record) {
        boolean waits = waiting.contains(keys.getKey(record));
        byte[] before = parts.get(place(record));
        Outcome outcome = deliver(record);
        if (waits || (unclear && isPart(record))) {
            return;
        }
        Optional<Reason> due = Optional.empty();
        if (sample.signer().equals(IngestSamples.REVOKED)) {
            due = Optional.of(Reason.REVOKED);
        } else if (before != null && !Arrays.equals(before, record.value())) {
            due = Optional.of(Reason.CONFLICTING_DUPLICATE);
        }
        Oracle.require(outcome.refused().equals(due), "refused for " + outcome.refused() + ", due was " + due);
        boolean repeated = before != null && due.isEmpty();
        Oracle.require(due.isPresent() || outcome.silent() == repeated, "nothing came of " + sample.topic());
    }

    /** The sender says something else, and means it. */
    private void altered(IngestSamples.Sample sample, Choices choices) {
        Message message = Mutator.message(sample.message(), choices);
        byte[] payload = choices.oneIn(4) ? IngestSamples.changed(sample.payload(), choices) : sample.payload();
        send(sample, message, payload);
    }

    /** As {@link #altered}, but the payload is sealed again for what is said now, and its digest is right. */
    private void resealed(IngestSamples.Sample sample, Choices choices) {
        Message message = choices.oneIn(2) ? Mutator.message(sample.message(), choices) : sample.message();
        byte[] plain = choices.oneIn(2) ? IngestSamples.changed(sample.plain(), choices) : sample.plain();
        sample.seal().apply(message).apply(plain).ifPresent(anew -> send(sample, anew.message(), anew.payload()));
    }

    private void send(IngestSamples.Sample sample, Message message, byte[] payload) {
        SIGNING.record(message, payload, key(sample.signer()))
                .ifPresent(record -> deliver(raw(sample.topic(), sample.key(), record)));
    }

    /** Nobody's signature covers it. */
    private void damaged(RawRecord record, Choices choices) {
        byte[] value = record.value().clone();
        int at = choices.below(value.length);
        if (choices.oneIn(4)) {
            value = choices.oneIn(2) ? Arrays.copyOf(value, at) : Arrays.copyOf(value, value.length + 1);
        } else {
            value[at] ^= (byte) (1 + choices.below(255));
        }
        requireTurnedAway(raw(record.topic(), record.key(), value));
    }

    /** In another's topic, under another key, for another purpose or by another. */
    private void misplaced(IngestSamples.Sample sample, RawRecord record, Choices choices) {
        switch (choices.below(4)) {
            case 0 -> {
                String topic = choices.of(PLACES.stream().sorted().toList());
                RawRecord moved = raw(topic, record.key(), record.value());
                // Fences are the aggregator's in both of its topics.
                boolean fence = sample.message() instanceof Fence && FENCED.contains(topic);
                if (topic.equals(record.topic()) || fence) {
                    valid(sample, moved);
                } else {
                    requireTurnedAway(moved);
                }
            }
            case 1 -> {
                byte[] key = choices.oneIn(2) ? choices.of(VALID).key() : choices.bytes(choices.below(40));
                deliver(raw(record.topic(), key, record.value()));
            }
            case 2 -> {
                Purpose purpose = choices.of(List.of(Purpose.values()));
                if (purpose != Signing.purpose(sample.message())) {
                    SIGNING.record(sample.message(), purpose, sample.payload(), key(sample.signer()))
                            .ifPresent(value -> requireTurnedAway(raw(sample.topic(), sample.key(), value)));
                }
            }
            default -> {
                String other = choices.of(SAMPLES.samples).signer();
                if (!other.equals(sample.signer())) {
                    SIGNING.record(sample.message(), sample.payload(), key(other))
                            .ifPresent(value -> requireTurnedAway(raw(sample.topic(), sample.key(), value)));
                }
            }
        }
    }

    private void requireTurnedAway(RawRecord record) {
        boolean waits = waiting.contains(keys.getKey(record));
        Outcome outcome = deliver(record);
        boolean unknown = record.topic().endsWith(".zoe");
        Oracle.require(waits || unknown || outcome.refused().isPresent(), "not turned away: " + record.topic());
    }

    private void time(Choices choices) {
        if (choices.oneIn(2)) {
            pass(200);
            settle();
        } else {
            pass(PARK + 200);
            settleAll();
        }
    }

    /** After so long nothing waits any more and nothing is remembered. */
    void end() {
        pass(PARK + 200);
        settleAll();
        pass(FORGOTTEN);
        Oracle.require(drain().silent(), "something came of nothing");
        Oracle.require(entries() == 0, "state is left of what is long over");
        Oracle.require(HARNESS.numProcessingTimeTimers() == 0, "timers are left");
    }

    private void settleAll() {
        Outcome outcome = settle();
        Oracle.require(parked == 0 || outcome.refused().isPresent(), "what waited in vain was not turned away");
        parked = 0;
        waiting.clear();
    }

    private Outcome settle() {
        Outcome outcome = drain();
        Oracle.require(outcome.rejections() <= parked, "more were turned away than waited");
        // Which of those that waited was taken in the end is not followed.
        unclear |= outcome.accepted() > 0;
        return outcome;
    }

    private Outcome deliver(RawRecord record) {
        String key = keys.getKey(record);
        int before = entries();
        Oracle.event(BUDGET + 8L * record.value().length, () -> {
            try {
                HARNESS.processElement(record, 0);
            } catch (Exception e) {
                throw new AssertionError("a record made the operator fail: " + e, e);
            }
            return record;
        });
        Outcome outcome = drain();
        Oracle.require(outcome.rejections() <= 1, "refused twice");
        if (outcome.refused().isPresent()) {
            Oracle.require(outcome.accepted() == 0, "refused and taken");
            Oracle.require(entries() == before, "refused, it changed the state");
        } else if (outcome.accepted() > 0) {
            Oracle.require(!waiting.contains(key), "it overtook another of its key");
            outcome.owners()
                    .forEach(owner -> Oracle.require(ownerOf(record.topic()).equals(owner), "not its sender's"));
            if (isPart(record)) {
                byte[] first = parts.put(place(record), record.value());
                Oracle.require(first == null || unclear, "two records in one place");
            }
        } else if (waiting.contains(key) || entries() > before) {
            waiting.add(key);
            parked++;
        } else {
            Oracle.require(isPart(record) && (unclear || parts.containsKey(place(record))), "nothing came of it");
        }
        return outcome;
    }

    private static String ownerOf(String topic) {
        int dot = topic.lastIndexOf('.');
        return dot < 0 ? "" : topic.substring(dot + 1);
    }

    private static boolean isPart(RawRecord record) {
        return record.topic().startsWith("updates.") || record.topic().startsWith("manifests.");
    }

    private static String place(RawRecord record) {
        return record.topic() + "/" + new String(record.key(), StandardCharsets.ISO_8859_1);
    }

    private static RawRecord raw(String topic, byte[] key, byte[] value) {
        return new RawRecord(topic, 0, 0, 0, key, value);
    }

    private static SigningKey key(String party) {
        return party.equals("authority") ? SAMPLES.federation.authority.key() : SAMPLES.federation.identity(party);
    }

    private static void pass(long millis) {
        try {
            HARNESS.setProcessingTime(HARNESS.getProcessingTime() + millis);
        } catch (Exception e) {
            throw new AssertionError("time made the operator fail: " + e, e);
        }
    }

    private static int entries() {
        return ((HeapKeyedStateBackend<?>) HARNESS.getOperator().<String>getKeyedStateBackend())
                .numKeyValueStateEntries();
    }

    private static Outcome drain() {
        List<ShardPayload> payloads = HARNESS.extractOutputValues();
        HARNESS.getOutput().clear();
        return Outcome.of(payloads, side(VerifyUnwrapFunction.EVENTS), side(VerifyUnwrapFunction.REJECTED));
    }

    private static <T> List<T> side(OutputTag<T> tag) {
        var queue = HARNESS.getSideOutput(tag);
        if (queue == null) {
            return List.of();
        }
        List<T> values = queue.stream().map(StreamRecord::getValue).toList();
        queue.clear();
        return values;
    }
}
