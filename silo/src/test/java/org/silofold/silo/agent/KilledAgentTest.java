package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.schemas.SignedRecords;
import org.silofold.silo.admin.PolicyFile;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.sdk.ModelUpdate;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.SiloException;
import org.silofold.silo.sdk.UpdateStatus;
import org.silofold.silo.store.AgentDatabase;
import org.silofold.silo.store.OutgoingUpdate;
import org.silofold.silo.store.UpdateState;

/** An agent in a process of its own gets SIGKILL while it publishes, at each point: the next one sends the same bytes, and nothing is missing. */
class KilledAgentTest {
    private static final String SILO = "silo-1";
    private static final int SHARDS = 3;
    private static final int PARAMETERS = (SHARDS - 1) * 96 * 2048 + 2048;
    private static final Path CLIENT = Path.of("client.properties");

    @TempDir
    Path directory;

    private final TestFederation federation = new TestFederation(PARAMETERS);
    private BrokerFederation running;
    private PartyDirectory party;

    @Test
    @Timeout(240)
    void sendsTheSameBytesWhereverItIsKilled() throws Exception {
        federation.documents.add(federation.policy(2, PolicyFile.defaults(3).set("maxInFlight", 10)));
        try (BrokerFederation started = new BrokerFederation(directory, federation)) {
            running = started;
            party = running.party(SILO, CLIENT);
            Digest newest = running.publish(0, federation.specDigest(), federation.initial);
            killedWhileItTakesAnUpdateIn();
            long base = 0;
            for (StopsHere.Point point : StopsHere.Point.values()) {
                base++;
                float[] moved = new float[PARAMETERS];
                moved[0] = base / 10f;
                newest = running.publish(base, newest, moved);
                killedAndStartedAgain(point, base);
            }
        }
    }

    private void killedAndStartedAgain(StopsHere.Point point, long base) throws Exception {
        Path reached = directory.resolve(point.name());
        Files.writeString(
                party.root().resolve(CLIENT),
                "interceptor.classes=" + StopsHere.class.getName() + "\n" + StopsHere.AT + "=" + point + "\n"
                        + StopsHere.SAYS_SO + "=" + reached + "\n");
        UpdateId id;
        Process process = AgentProcess.start(party, directory.resolve(point + ".log"));
        try (Silo silo = connect(process, party)) {
            assertThat(silo.awaitModel(TestFederation.MODEL, base - 1, BrokerFederation.PATIENCE))
                    .isPresent();
            id = silo.submit(update(base));
            await(process, () -> Files.exists(reached));
        } finally {
            process.destroyForcibly().waitFor();
        }
        Map<String, byte[]> written = outbox(id);
        assertThat(written).hasSize(SHARDS + 1);
        assertThat(stored()).last().satisfies(update -> {
            assertThat(update.updateId()).isEqualTo(id);
            assertThat(update.state()).isEqualTo(UpdateState.NOT_SENT);
        });
        int sent = onLog(id, written).size();
        switch (point) {
            case FIRST_SHARD -> assertThat(sent).isBetween(1, SHARDS);
            case MIDDLE_SHARD -> assertThat(sent).isBetween(2, SHARDS);
            case BEFORE_MANIFEST -> assertThat(sent).isEqualTo(SHARDS);
            case ACKNOWLEDGED -> assertThat(sent).isEqualTo(SHARDS + 1);
        }
        Files.writeString(party.root().resolve(CLIENT), "");
        try (Silo silo = running.start(SILO)) {
            silo.await(id, status -> status.state() == UpdateStatus.State.SENT, BrokerFederation.PATIENCE);
        }
        running.stop(SILO);
        assertThat(onLog(id, written)).as("nothing is missing").isEqualTo(written.keySet());
        assertThat(outbox(id)).isEmpty();
    }

    /** What is asked for never comes back: either all of the update is there, or nothing. */
    private void killedWhileItTakesAnUpdateIn() throws Exception {
        Files.writeString(party.root().resolve(CLIENT), "");
        Process process = AgentProcess.start(party, directory.resolve("submit.log"));
        FutureTask<UpdateId> submitting;
        try (Silo silo = connect(process, party)) {
            assertThat(silo.awaitModel(TestFederation.MODEL, -1, BrokerFederation.PATIENCE))
                    .isPresent();
            submitting = new FutureTask<>(() -> silo.submit(update(0)));
            new Thread(submitting, "submits").start();
            // Its records are being written.
            await(process, () -> !directories().isEmpty() || submitting.isDone());
        } finally {
            process.destroyForcibly().waitFor();
        }
        List<OutgoingUpdate> kept = stored();
        try (Silo silo = running.start(SILO)) {
            assertThat(silo.awaitModel(TestFederation.MODEL, -1, BrokerFederation.PATIENCE))
                    .isPresent();
            // All of it is there, its base spent; or nothing is, and the base is free.
            UpdateId id = kept.isEmpty() ? silo.submit(update(0)) : kept.get(0).updateId();
            silo.await(id, status -> status.state() == UpdateStatus.State.SENT, BrokerFederation.PATIENCE);
            assertThat(silo.updates()).extracting(UpdateStatus::updateId).containsExactly(id);
        }
        running.stop(SILO);
        assertThat(directories()).isEmpty();
        assertThat(running.read(BrokerFederation.TOPICS.manifests(SILO))).hasSize(1);
    }

    private static ModelUpdate update(long base) {
        return new ModelUpdate(TestFederation.MODEL, base, new float[PARAMETERS], 50, TestAgent.METRICS);
    }

    private static Silo connect(Process process, PartyDirectory party) throws InterruptedException {
        Silo[] silo = new Silo[1];
        await(process, () -> {
            try {
                silo[0] = Silo.connect(party.root());
                silo[0].agentStatus();
                return true;
            } catch (SiloException e) {
                return false;
            }
        });
        return silo[0];
    }

    private static void await(Process process, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + BrokerFederation.PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(process.isAlive()).as("the agent runs").isTrue();
            assertThat(System.nanoTime() - deadline).as("in time").isNegative();
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    private List<OutgoingUpdate> stored() {
        try (AgentDatabase database = AgentDatabase.open(party.agentDatabase())) {
            return database.updates().all();
        }
    }

    private List<Path> directories() {
        try (Stream<Path> entries = Files.list(party.outbox())) {
            return entries.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An update's records on disk, by file name. */
    private Map<String, byte[]> outbox(UpdateId id) throws IOException {
        Map<String, byte[]> records = new TreeMap<>();
        Path outbox = party.outbox().resolve(id.hex());
        if (Files.exists(outbox)) {
            try (Stream<Path> files = Files.list(outbox)) {
                for (Path file : files.toList()) {
                    records.put(file.getFileName().toString(), Files.readAllBytes(file));
                }
            }
        }
        return records;
    }

    /** Which of an update's records the log has, each with the bytes that are on disk wherever it is there. */
    private Set<String> onLog(UpdateId id, Map<String, byte[]> written) {
        Set<String> names = new HashSet<>();
        List<ConsumerRecord<byte[], byte[]>> records =
                new ArrayList<>(running.read(BrokerFederation.TOPICS.updates(SILO)));
        records.addAll(running.read(BrokerFederation.TOPICS.manifests(SILO)));
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (UpdateId.of(record.key()).equals(id)) {
                String name = record.topic().startsWith("manifests.")
                        ? OutboxFiles.MANIFEST
                        : OutboxFiles.shardName(
                                SignedRecords.reread(UpdateShard.class, Purpose.UPDATE_SHARD, record.value())
                                        .message()
                                        .core()
                                        .shardIndex());
                assertThat(record.value()).as(name).isEqualTo(written.get(name));
                names.add(name);
            }
        }
        return names;
    }
}
