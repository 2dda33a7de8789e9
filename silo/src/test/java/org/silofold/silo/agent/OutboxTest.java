package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.store.OutgoingUpdate;
import org.silofold.silo.store.UpdateState;

class OutboxTest {
    private static final String SILO = "silo-1";
    private static final int PARAMETERS = 97 * 2048;

    @TempDir
    Path directory;

    private final TestFederation federation = new TestFederation(PARAMETERS);
    private PartyDirectory party;
    private Digest base0;

    @BeforeEach
    void takeInVersion0() throws IOException {
        party = federation.party(directory.resolve("party"), SILO, "127.0.0.1:1");
        try (TestAgent agent = TestAgent.open(federation, party)) {
            base0 = agent.initial();
        }
    }

    @Test
    @Timeout(30)
    void whatWasSubmittedIsSentByteForByteAfterACrash() throws Exception {
        UpdateId id;
        List<byte[]> written;
        try (TestAgent agent = TestAgent.open(federation, party)) {
            id = agent.outbox.submit(agent.request(0, delta()));
            written = bytes(agent);
        }
        // The broker takes the first shard and then nothing more; the process ends there.
        try (TestAgent agent = TestAgent.open(federation, party)) {
            try (MockProducer<byte[], byte[]> producer = new MockProducer<>(false, null, serializer(), serializer())) {
                OutgoingUpdate update = agent.database.updates().unsent().get(0);
                Thread sending = new Thread(() -> assertThatThrownBy(
                                () -> sender(agent).send(producer, "updates.silo-1", "manifests.silo-1", update))
                        .isInstanceOf(KafkaException.class));
                sending.start();
                while (producer.history().size() < 2) {
                    Thread.onSpinWait();
                }
                producer.completeNext();
                producer.errorNext(new TimeoutException("the broker is gone"));
                sending.join();
                assertThat(producer.history()).hasSize(2);
            }
            assertThat(agent.database.updates().find(id).orElseThrow().state()).isEqualTo(UpdateState.NOT_SENT);
        }
        try (TestAgent agent = TestAgent.open(federation, party)) {
            MockProducer<byte[], byte[]> producer = new MockProducer<>(true, null, serializer(), serializer());
            for (OutgoingUpdate update : agent.database.updates().unsent()) {
                sender(agent).send(producer, "updates.silo-1", "manifests.silo-1", update);
            }
            List<ProducerRecord<byte[], byte[]>> sent = producer.history();
            assertThat(sent)
                    .extracting(ProducerRecord::topic)
                    .containsExactly("updates.silo-1", "updates.silo-1", "manifests.silo-1");
            assertThat(sent).allSatisfy(record -> assertThat(record.key()).isEqualTo(id.toBytes()));
            for (int i = 0; i < sent.size(); i++) {
                assertThat(sent.get(i).value()).isEqualTo(written.get(i));
            }
            OutgoingUpdate update = agent.database.updates().find(id).orElseThrow();
            assertThat(update.state()).isEqualTo(UpdateState.SENT);
            assertThat(agent.database.updates().unsent()).isEmpty();
            assertThat(agent.outbox.files().directory(id)).doesNotExist();
        }
    }

    @Test
    void oneDamagedUpdateHoldsUpNoOtherAndAVersionOverrulesIt() throws Exception {
        try (TestAgent agent = TestAgent.open(federation, party)) {
            UpdateId damaged = agent.outbox.submit(agent.request(0, delta()));
            agent.take(1, base0, moved(0.1f));
            UpdateId whole = agent.outbox.submit(agent.request(1, delta()));
            Files.delete(agent.outbox.files().directory(damaged).resolve(OutboxFiles.shardName(1)));
            MockProducer<byte[], byte[]> producer = new MockProducer<>(true, null, serializer(), serializer());
            for (OutgoingUpdate update : agent.database.updates().unsent()) {
                sender(agent).sendOrGiveUp(producer, "updates.silo-1", "manifests.silo-1", update);
            }
            OutgoingUpdate given = agent.database.updates().find(damaged).orElseThrow();
            assertThat(given.state()).isEqualTo(UpdateState.REFUSED);
            assertThat(given.reason()).contains(Reason.INCOMPLETE);
            assertThat(given.detail()).contains("is missing from the outbox", "may have arrived");
            assertThat(agent.database.updates().find(whole).orElseThrow().state())
                    .isEqualTo(UpdateState.SENT);
            assertThat(agent.database.updates().listed(damaged, 1)).isTrue();
            assertThat(agent.database.updates().find(damaged).orElseThrow().state())
                    .isEqualTo(UpdateState.IN_VERSION);
        }
    }

    @Test
    void oneThatCannotBeSentNowWaitsAndHoldsUpNoOther() throws Exception {
        try (TestAgent agent = TestAgent.open(federation, party)) {
            UpdateId stuck = agent.outbox.submit(agent.request(0, delta()));
            agent.take(1, base0, moved(0.1f));
            UpdateId other = agent.outbox.submit(agent.request(1, delta()));
            MockProducer<byte[], byte[]> producer = new MockProducer<>(true, null, serializer(), serializer());
            OutboxSender sender = sender(agent);
            IOException failure = new IOException("no leader, or no sector");
            assertThatThrownBy(() -> OutboxSender.each(agent.database.updates().unsent(), update -> {
                        if (update.updateId().equals(stuck)) {
                            throw failure;
                        }
                        sender.sendOrGiveUp(producer, "updates.silo-1", "manifests.silo-1", update);
                    }))
                    .isSameAs(failure);
            assertThat(agent.database.updates().find(other).orElseThrow().state())
                    .isEqualTo(UpdateState.SENT);
            assertThat(agent.database.updates().unsent())
                    .extracting(OutgoingUpdate::updateId)
                    .containsExactly(stuck);
        }
    }

    @Test
    void aBaseIsSpentOnceForAllEvenAfterARestart() throws IOException {
        try (TestAgent agent = TestAgent.open(federation, party)) {
            agent.outbox.submit(agent.request(0, delta()));
        }
        try (TestAgent agent = TestAgent.open(federation, party)) {
            assertRefused(agent, agent.request(0, delta()), Reason.BASE_SPENT);
            agent.take(1, base0, moved(0.1f));
            agent.outbox.submit(agent.request(1, delta()));
            assertThat(agent.database.updates().all())
                    .extracting(OutgoingUpdate::sequence)
                    .as("the first is the time")
                    .containsExactly(federation.now, federation.now + 1);
        }
    }

    @Test
    void whatIsWrongIsRefusedBeforeAnythingIsWritten() throws IOException {
        try (TestAgent agent = TestAgent.open(federation, party)) {
            float[] nan = delta();
            nan[5] = Float.NaN;
            assertRefused(agent, agent.request(0, nan), Reason.NOT_FINITE);
            nan[5] = Float.NEGATIVE_INFINITY;
            assertRefused(agent, agent.request(0, nan), Reason.NOT_FINITE);
            assertRefused(agent, agent.request(0, new float[3]), Reason.WRONG_SHAPE);
            assertRefused(agent, agent.request(4, delta()), Reason.UNKNOWN_BASE);
            assertRefused(agent, request(Map.of("loss", 0.5), 50), Reason.INVALID_FIELD);
            assertRefused(agent, request(Map.of("loss", 0.5, "correct", 1.0, "other", 1.0), 50), Reason.INVALID_FIELD);
            assertRefused(agent, request(Map.of("loss", 11.0, "correct", 1.0), 50), Reason.INVALID_FIELD);
            assertRefused(agent, request(Map.of("loss", Double.NaN, "correct", 1.0), 50), Reason.NOT_FINITE);
            assertRefused(agent, request(TestAgent.METRICS, 0), Reason.INVALID_FIELD);
            assertThat(agent.spentBy(0)).isEmpty();
            agent.outbox.submit(agent.request(0, delta()));
        }
    }

    @Test
    void aStaleBaseAndTooManyUpdatesUnderWayAreRefused() throws IOException {
        try (TestAgent agent = TestAgent.open(federation, party)) {
            Digest previous = base0;
            for (int version = 1; version <= 3; version++) {
                previous = agent.take(version, previous, moved(0.1f * version));
            }
            assertRefused(agent, agent.request(0, delta()), Reason.TOO_STALE);
            assertThatThrownBy(() -> agent.outbox.submit(agent.request(0, delta())))
                    .hasMessageContaining("version 0 of heart is gone as a base: the newest is 3");
            agent.outbox.submit(agent.request(1, delta()));
            agent.outbox.submit(agent.request(2, delta()));
            assertRefused(agent, agent.request(3, delta()), Reason.TOO_MANY_IN_FLIGHT, 2);
        }
    }

    @Test
    void aTorsoIsRemovedAtTheNextStart() throws IOException {
        Path torso = party.outbox().resolve("00112233445566778899aabbccddeeff.building");
        Path orphan = party.outbox().resolve("ff112233445566778899aabbccddeeff");
        for (Path left : List.of(torso, orphan)) {
            Files.createDirectories(left);
            Files.write(left.resolve("0000.rec"), new byte[10]);
        }
        Path foreign = Files.createDirectories(party.outbox().resolve("lost+found"));
        Path stubborn = party.outbox().resolve("ee112233445566778899aabbccddeeff");
        Files.createDirectories(stubborn.resolve("directory").resolve("inside"));
        UpdateId id;
        try (TestAgent agent = TestAgent.open(federation, party)) {
            id = agent.outbox.submit(agent.request(0, delta()));
        }
        try (TestAgent agent = TestAgent.open(federation, party)) {
            assertThat(entries()).containsExactlyInAnyOrder(agent.outbox.files().directory(id), foreign, stubborn);
        }
    }

    @Test
    void aFailedWriteLeavesNothingAndDoesNotSpendTheBase() throws IOException {
        try (TestAgent agent = TestAgent.open(federation, party)) {
            Files.delete(party.outbox());
            Files.write(party.outbox(), new byte[0]);
            assertThatThrownBy(() -> agent.outbox.submit(agent.request(0, delta())))
                    .isInstanceOfSatisfying(
                            AgentException.class, e -> assertThat(e.code()).isEqualTo(AgentException.DISK_FAILED));
            assertThat(agent.database.updates().all()).isEmpty();
            assertThat(agent.spentBy(0)).isEmpty();
            Files.delete(party.outbox());
            Files.createDirectory(party.outbox());
            agent.outbox.submit(agent.request(0, delta()));
        }
    }

    private void assertRefused(TestAgent agent, UpdateRequest request, Reason reason) throws IOException {
        assertRefused(agent, request, reason, agent.database.updates().all().size());
    }

    private void assertRefused(TestAgent agent, UpdateRequest request, Reason reason, int before) throws IOException {
        assertThatThrownBy(() -> agent.outbox.submit(request))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
        assertThat(agent.database.updates().all()).hasSize(before);
        assertThat(entries()).hasSize(before);
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(party.outbox())) {
            return entries.toList();
        }
    }

    private static OutboxSender sender(TestAgent agent) {
        return new OutboxSender(agent.outbox, agent.database.updates(), agent.own, agent.changes);
    }

    private static List<byte[]> bytes(TestAgent agent) throws IOException {
        List<byte[]> bytes = new ArrayList<>();
        Optional<OutgoingUpdate> update =
                agent.database.updates().unsent().stream().findFirst();
        for (Path file : agent.outbox.records(update.orElseThrow())) {
            bytes.add(Files.readAllBytes(file));
        }
        return bytes;
    }

    private static UpdateRequest request(Map<String, Double> metrics, long examples) {
        return new UpdateRequest(TestFederation.MODEL, 0, delta(), examples, metrics);
    }

    private static ByteArraySerializer serializer() {
        return new ByteArraySerializer();
    }

    private static float[] delta() {
        float[] delta = new float[PARAMETERS];
        delta[0] = 0.25f;
        return delta;
    }

    private static float[] moved(float by) {
        float[] parameters = new float[PARAMETERS];
        parameters[1] = by;
        return parameters;
    }
}
