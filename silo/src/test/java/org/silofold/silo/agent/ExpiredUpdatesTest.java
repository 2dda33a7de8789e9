package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.Topics;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.sdk.ModelUpdate;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.UpdateStatus;
import org.silofold.silo.store.OutgoingUpdate;
import org.silofold.silo.store.UpdateState;

/** After an outage longer than updates live, silos may train from the newest version once more: the committee frees its base without anybody's asking. */
class ExpiredUpdatesTest {
    private static final String SILO = "silo-1";
    private static final int PARAMETERS = 3 * 2048;
    /** Longer than the life of an update by the federation's policy. */
    private static final Duration OUTAGE = Duration.ofMinutes(11);

    @TempDir
    Path directory;

    private final TestFederation federation = new TestFederation(PARAMETERS);

    @Test
    @Timeout(180)
    void anOutageLongerThanUpdatesLiveLeavesTheNewestBaseFree() throws Exception {
        try (BrokerFederation running = new BrokerFederation(directory, federation)) {
            // Before the outage one silo's update was sent in full, another's was not.
            UpdateId sent = submit(running, "silo-1", true);
            UpdateId unsent = submit(running, "silo-2", false);
            running.publish(0, federation.specDigest(), federation.initial);
            AgentConfig afterwards = AgentConfig.defaults().withClock(Clock.offset(Clock.systemUTC(), OUTAGE));
            try (Silo first = running.start("silo-1", afterwards);
                    Silo second = running.start("silo-2", afterwards)) {
                // The job is back, and says so.
                running.fate("silo-1", sent, UpdateFate.Kind.REFUSED, Optional.of(Reason.EXPIRED), -1);
                trainsAgain(first, sent);
                trainsAgain(second, unsent);
            }
            assertThat(running.read(BrokerFederation.TOPICS.manifests("silo-2")))
                    .hasSize(1);
        }
    }

    private static void trainsAgain(Silo silo, UpdateId expired) {
        UpdateStatus end = silo.await(
                expired, status -> status.state() == UpdateStatus.State.WITHDRAWN, BrokerFederation.PATIENCE);
        assertThat(end.reason()).contains(Reason.WITHDRAWN);
        UpdateId again =
                silo.submit(new ModelUpdate(TestFederation.MODEL, 0, new float[PARAMETERS], 50, TestAgent.METRICS));
        silo.await(again, status -> status.state() == UpdateStatus.State.SENT, BrokerFederation.PATIENCE);
    }

    /** An update in the outbox of a silo whose agent does not run. */
    private UpdateId submit(BrokerFederation running, String silo, boolean sent) throws Exception {
        try (TestAgent agent = TestAgent.open(federation, running.party(silo))) {
            agent.initial();
            UpdateId id = agent.outbox.submit(agent.request(0, new float[PARAMETERS]));
            if (sent) {
                OutgoingUpdate update = agent.database.updates().unsent().get(0);
                for (Path record : agent.outbox.records(update)) {
                    String topic = record.getFileName().toString().equals(OutboxFiles.MANIFEST)
                            ? BrokerFederation.TOPICS.manifests(silo)
                            : BrokerFederation.TOPICS.updates(silo);
                    running.send(topic, Topics.updateKey(id), Files.readAllBytes(record));
                }
                agent.database.updates().markSent(id);
            }
            return id;
        }
    }

    @Test
    void onlyWhatEndedOfItselfIsTakenBack() throws IOException {
        takenBack(true, false, Reason.EXPIRED, true);
        takenBack(true, true, Reason.EXPIRED, true);
        // The aggregator says so, and this silo's clock does not.
        takenBack(false, true, Reason.EXPIRED, false);
        // What this silo could not send, and what the aggregator says it did not.
        takenBack(false, false, Reason.INCOMPLETE, true);
        takenBack(true, true, Reason.INCOMPLETE, false);
        takenBack(true, true, Reason.CLOCK_OFF, false);
        takenBack(true, true, Reason.FATE_UNKNOWN, false);
        takenBack(false, true, Reason.FATE_UNKNOWN, false);
    }

    private void takenBack(boolean late, boolean sent, Reason reason, boolean expected) throws IOException {
        Path root = Files.createTempDirectory(directory, "party");
        UpdateId id;
        try (TestAgent agent = TestAgent.create(federation, root.resolve("party"), SILO)) {
            agent.initial();
            id = agent.outbox.submit(agent.request(0, new float[PARAMETERS]));
            if (sent) {
                agent.database.updates().markSent(id);
            }
            look(agent);
            assertThat(agent.database.withdrawals().wanted(id)).as("under way").isTrue();
            agent.database.updates().advance(id, UpdateState.REFUSED, -1, Optional.of(reason), "");
        }
        long now = federation.now + (late ? OUTAGE.toMillis() : 0);
        try (TestAgent agent = TestAgent.openAt(federation, dir(root), now)) {
            look(agent);
            assertThat(agent.database.withdrawals().isPending(id))
                    .as(reason + " late " + late + " sent " + sent)
                    .isEqualTo(expected);
            // Nothing is free before the committee has said so.
            assertThat(agent.spentBy(0)).contains(id);
            look(agent);
            assertThat(agent.database.withdrawals().pending()).hasSize(expected ? 1 : 0);
        }
    }

    @Test
    void notWhereANewerVersionIsThereOrTheCommitteeIsAnother() throws IOException {
        try (TestAgent agent = TestAgent.create(federation, directory.resolve("party"), SILO)) {
            Digest digest0 = agent.initial();
            UpdateId id = expired(agent, 0);
            agent.take(1, digest0, new float[PARAMETERS]);
            look(agent);
            assertThat(agent.database.withdrawals().wanted(id)).isTrue();
        }
        try (TestAgent agent = TestAgent.create(federation, directory.resolve("other"), SILO)) {
            agent.initial();
            UpdateId id = expired(agent, 0);
            agent.learn(federation.roster(2, 2));
            look(agent);
            assertThat(agent.database.withdrawals().wanted(id)).isTrue();
        }
    }

    private static UpdateId expired(TestAgent agent, long base) {
        UpdateId id = agent.outbox.submit(agent.request(base, new float[PARAMETERS]));
        agent.database.updates().advance(id, UpdateState.REFUSED, -1, Optional.of(Reason.INCOMPLETE), "");
        return id;
    }

    private static void look(TestAgent agent) {
        new ExpiredUpdates(agent.database, agent.outbox).withdraw(agent.context);
    }

    private static PartyDirectory dir(Path root) {
        return PartyDirectory.open(root.resolve("party"));
    }
}
