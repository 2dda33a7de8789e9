package org.silofold.job.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.RawRecord;
import org.silofold.job.event.Rejected;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.reason.Reason;

class RegistryFunctionTest {
    @TempDir
    private Path dir;

    private TestFederation federation;
    private OneInputStreamOperatorTestHarness<RawRecord, RawRecord> harness;

    @BeforeEach
    void start() throws Exception {
        federation = new TestFederation(dir);
        harness = harness();
        harness.open();
    }

    @AfterEach
    void stop() throws Exception {
        harness.close();
    }

    private OneInputStreamOperatorTestHarness<RawRecord, RawRecord> harness() throws Exception {
        return new OneInputStreamOperatorTestHarness<>(
                new ProcessOperator<>(new RegistryFunction(TestFederation.PARTY, federation.files)));
    }

    private void restart() throws Exception {
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        harness = harness();
        harness.initializeState(state);
        harness.open();
    }

    private void send(RawRecord document) throws Exception {
        harness.processElement(document, 0);
    }

    private <T> List<T> side(OutputTag<T> tag) {
        return Stream.ofNullable(harness.getSideOutput(tag))
                .flatMap(queue -> queue.stream())
                .map(record -> record.getValue())
                .toList();
    }

    private static boolean isBundle(RawRecord document) {
        return new String(document.key(), StandardCharsets.UTF_8).startsWith("key-bundle/");
    }

    /** Where the party that a key bundle's key names would publish it. */
    private RawRecord placed(RawRecord document) {
        if (!isBundle(document)) {
            return document;
        }
        String party = new String(document.key(), StandardCharsets.UTF_8).split("/", -1)[1];
        return federation.raw("keys." + party, document.key(), document.value());
    }

    private boolean complete() {
        return side(RegistryFunction.EVENTS).stream()
                .anyMatch(event -> event.event() instanceof CoordinatorEvent.RegistryChanged);
    }

    @Test
    void keyBundlesFromThePartiesOwnTopicsCountInAnyOrder() throws Exception {
        List<RawRecord> documents = new ArrayList<>(
                federation.documents(10, Digest.ZERO).stream().map(this::placed).toList());
        for (long seed = 1; seed <= 5; seed++) {
            Collections.shuffle(documents, new Random(seed));
            for (RawRecord document : documents) {
                // What waits for an enrolment is in the state.
                restart();
                send(document);
            }
            assertThat(complete()).as("seed %d", seed).isTrue();
            assertThat(side(RegistryFunction.REJECTED)).isEmpty();
            harness.close();
            harness = harness();
            harness.open();
        }
    }

    @Test
    void whatHasNoPlaceInATopicIsRejectedAndGoesNowhere() throws Exception {
        List<RawRecord> documents = federation.documents(10, Digest.ZERO);
        for (RawRecord document : documents) {
            send(document);
        }
        int passed = harness.extractOutputValues().size();
        RawRecord bundle = documents.stream()
                .filter(RegistryFunctionTest::isBundle)
                .findFirst()
                .orElseThrow();
        RawRecord roster = federation.raw(federation.roster(2));
        send(federation.raw("keys.mallory", bundle.key(), new byte[40]));
        send(federation.raw("keys.mallory", bundle.key(), bundle.value()));
        send(federation.raw("keys.mallory", roster.key(), roster.value()));
        send(federation.raw("updates.anna", roster.key(), roster.value()));
        send(federation.raw("elsewhere", roster.key(), roster.value()));
        assertThat(side(RegistryFunction.REJECTED))
                .extracting(Rejected::reason)
                .containsExactly(
                        Reason.WRONG_SENDER,
                        Reason.WRONG_SENDER,
                        Reason.WRONG_PURPOSE,
                        Reason.WRONG_PURPOSE,
                        Reason.WRONG_PURPOSE);
        assertThat(harness.extractOutputValues()).hasSize(passed);
        send(roster);
        assertThat(harness.extractOutputValues()).hasSize(passed + 1);
    }
}
