package org.silofold.job.ingest;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.job.TestConfigs;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.ModelEvent;
import org.silofold.job.event.RawRecord;
import org.silofold.job.event.Rejected;
import org.silofold.job.event.ShardPayload;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.registry.RegistryView;

/** The operator in a harness, with the documents of a federation that it has not been given yet, and an update. */
abstract class VerifyUnwrapFixture {
    static final int PARAMETERS = 97 * 2048;
    static final long PARK = 5_000;

    @TempDir
    Path dir;

    TestFederation federation;
    List<RawRecord> documents;
    RegistryView view;
    TestUpdate update;
    KeyedBroadcastOperatorTestHarness<String, RawRecord, RawRecord, ShardPayload> harness;

    @BeforeEach
    void start() throws Exception {
        federation = new TestFederation(dir);
        documents = federation.documents(PARAMETERS, Digest.ZERO);
        view = federation.view(documents);
        update = new TestUpdate(federation, view, "anna", PARAMETERS, 3);
        harness = harness();
        harness.open();
    }

    @AfterEach
    void stop() throws Exception {
        harness.close();
    }

    KeyedBroadcastOperatorTestHarness<String, RawRecord, RawRecord, ShardPayload> harness() throws Exception {
        VerifyUnwrapFunction function = new VerifyUnwrapFunction(
                TestFederation.PARTY,
                federation.files,
                TestConfigs.with("park-ms", Long.toString(PARK), "park-bytes", "1000000"));
        return new KeyedBroadcastOperatorTestHarness<>(
                new CoBroadcastWithKeyedOperator<>(function, List.of(VerifyUnwrapFunction.REGISTRY)),
                new IngestKey(TestFederation.PARTY),
                Types.STRING,
                1,
                1,
                0);
    }

    void restart() throws Exception {
        OperatorSubtaskState state = harness.snapshot(1, 1);
        long now = harness.getProcessingTime();
        harness.close();
        harness = harness();
        harness.initializeState(state);
        harness.open();
        harness.setProcessingTime(now);
    }

    void enrolEverybody() throws Exception {
        for (RawRecord document : documents) {
            harness.processBroadcastElement(document, 0);
        }
    }

    void send(RawRecord raw) throws Exception {
        harness.processElement(raw, 0);
    }

    <T> List<T> side(OutputTag<T> tag) {
        return Stream.ofNullable(harness.getSideOutput(tag))
                .flatMap(queue -> queue.stream())
                .map(record -> record.getValue())
                .toList();
    }

    List<CoordinatorEvent> events() {
        return side(VerifyUnwrapFunction.EVENTS).stream().map(ModelEvent::event).toList();
    }

    List<Reason> reasons() {
        return side(VerifyUnwrapFunction.REJECTED).stream()
                .map(Rejected::reason)
                .toList();
    }
}
