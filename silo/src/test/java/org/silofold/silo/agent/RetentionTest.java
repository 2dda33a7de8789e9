package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.SignedRecords;
import org.silofold.silo.admin.PolicyFile;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.sdk.ModelUpdate;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.SiloException;
import org.silofold.silo.sdk.UpdateStatus;
import org.silofold.silo.sdk.VerifiedModel;
import org.silofold.silo.store.AgentDatabase;

/** Silos come back after the log has dropped what they missed, on a real broker. */
class RetentionTest {
    private static final String MODEL = TestFederation.MODEL;
    private static final int PARAMETERS = 97 * 2048;
    private static final int BOUND = 2;

    @TempDir
    Path directory;

    private final TestFederation federation = new TestFederation(PARAMETERS);

    @Test
    @Timeout(300)
    void aSiloThatWasAwayGetsTheNewestVersionAndHearsThatItsBaseIsGone() throws Exception {
        federation.documents.add(federation.policy(
                2, PolicyFile.defaults(3).set("stalenessBound", BOUND).set("maxInFlight", 3)));
        try (BrokerFederation running = new BrokerFederation(directory, federation)) {
            Digest previous = running.publish(0, federation.specDigest(), federation.initial);
            previous = running.publish(1, previous, moved(1));
            UpdateId tooOld = waitsUnsent(running, "silo-1", 1);
            previous = running.publish(2, previous, moved(2));
            previous = running.publish(3, previous, moved(3));
            UpdateId oldEnough = waitsUnsent(running, "silo-2", 3);
            previous = running.publish(4, previous, moved(4));
            running.drop(BrokerFederation.TOPICS.models());
            running.publish(5, previous, moved(5));
            assertThat(running.read(BrokerFederation.TOPICS.models()))
                    .hasSize(federation.layout.shards())
                    .allSatisfy(record -> assertThat(
                                    SignedRecords.reread(ModelShard.class, Purpose.MODEL_SHARD, record.value())
                                            .message()
                                            .version())
                            .isEqualTo(5));

            try (Silo silo = running.start("silo-1")) {
                newest(silo, 1);
                refused(
                        silo,
                        1,
                        Reason.TOO_STALE,
                        "version 1 of heart is gone as a base",
                        "newest is 5",
                        "than 2 older");
                refused(silo, 3, Reason.UNKNOWN_BASE, "version 3 of heart", "is gone", "which is 5");
                UpdateStatus end = silo.await(tooOld, BrokerFederation.PATIENCE);
                assertThat(end.state()).isEqualTo(UpdateStatus.State.REFUSED);
                assertThat(end.reason()).contains(Reason.TOO_STALE);
                assertThat(end.detail()).contains("version 1 of heart is gone as a base", "newest is 5");
                submitted(silo, 5);
            }
            assertSent(running, "silo-1", 1);
            try (Silo silo = running.start("silo-2")) {
                newest(silo, 3);
                silo.await(oldEnough, state(UpdateStatus.State.SENT), BrokerFederation.PATIENCE);
                submitted(silo, 5);
            }
            assertSent(running, "silo-2", 2);
        }
    }

    @Test
    @Timeout(300)
    void ofFatesThatTheLogDroppedTheChainIsAskedFirst() throws Exception {
        federation.documents.add(federation.policy(
                2, PolicyFile.defaults(3).set("stalenessBound", BOUND).set("maxInFlight", 3)));
        try (BrokerFederation running = new BrokerFederation(directory, federation)) {
            Digest digest0 = running.publish(0, federation.specDigest(), federation.initial);
            Digest digest1 = running.publish(1, digest0, moved(1));
            UpdateId counted;
            UpdateId lost;
            try (Silo silo = running.start("silo-1")) {
                newer(silo, 0);
                counted = submitted(silo, 1);
                Digest digest2 = running.publish(2, digest1, moved(2));
                newer(silo, 1);
                lost = submitted(silo, 2);
                running.fate("silo-1", lost, UpdateFate.Kind.JOINED, Optional.empty(), 4);
                silo.await(lost, state(UpdateStatus.State.JOINED), BrokerFederation.PATIENCE);
                running.stop("silo-1");
                // What became of both was said while the silo was away.
                Digest digest3 = running.publish(3, digest2, moved(3), cohortWith(running, counted));
                running.fate("silo-1", counted, UpdateFate.Kind.IN_VERSION, Optional.empty(), 3);
                running.fate("silo-1", lost, UpdateFate.Kind.SPENT, Optional.of(Reason.NOT_ANSWERED), -1);
                running.publish(4, digest3, moved(4));
            }
            running.drop(BrokerFederation.TOPICS.fates());
            running.drop(BrokerFederation.TOPICS.manifests("silo-1"));
            running.drop(BrokerFederation.TOPICS.updates("silo-1"));

            Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(60));
            try (Silo silo = running.start("silo-1", AgentConfig.defaults().withClock(later))) {
                UpdateStatus end = silo.await(counted, BrokerFederation.PATIENCE);
                assertThat(end.state()).isEqualTo(UpdateStatus.State.IN_VERSION);
                assertThat(end.version()).isEqualTo(3);
                end = silo.await(lost, BrokerFederation.PATIENCE);
                assertThat(end.state()).isEqualTo(UpdateStatus.State.REFUSED);
                assertThat(end.reason()).contains(Reason.FATE_UNKNOWN);
                assertThat(end.detail()).contains("joined", "version 2 stays spent");
                newer(silo, 3);
                refused(silo, 2, Reason.BASE_SPENT, "version 2");
                submitted(silo, 4);
            }
        }
    }

    /** The newest version is here, with the parameters that the log holds. */
    private static void newest(Silo silo, long newerThan) {
        VerifiedModel model = newer(silo, newerThan);
        assertThat(model.version()).isEqualTo(5);
        assertThat(model.parameters()).isEqualTo(moved(5));
    }

    private static VerifiedModel newer(Silo silo, long newerThan) {
        return silo.awaitModel(MODEL, newerThan, BrokerFederation.PATIENCE).orElseThrow();
    }

    private static UpdateId submitted(Silo silo, long base) {
        UpdateId id = submit(silo, base);
        silo.await(id, state(UpdateStatus.State.SENT), BrokerFederation.PATIENCE);
        return id;
    }

    /** However long the agent takes to read back what it sent before. */
    private static UpdateId submit(Silo silo, long base) {
        while (true) {
            try {
                return silo.submit(update(base));
            } catch (SiloException e) {
                assertThat(e.code()).isEqualTo(AgentException.NOT_READY);
            }
        }
    }

    private static void refused(Silo silo, long base, Reason reason, String... texts) {
        assertThatThrownBy(() -> silo.submit(update(base)))
                .isInstanceOfSatisfying(
                        SiloException.class, e -> assertThat(e.code()).isEqualTo(reason.code()))
                .hasMessageContainingAll(texts);
    }

    /** An update in the outbox of a silo whose agent has verified its base and runs no more. */
    private UpdateId waitsUnsent(BrokerFederation running, String silo, long base) throws Exception {
        try (Silo client = running.start(silo)) {
            newer(client, base - 1);
        }
        running.stop(silo);
        try (TestAgent agent = TestAgent.open(federation, running.party(silo))) {
            return agent.outbox.submit(agent.request(base, new float[PARAMETERS]));
        }
    }

    /** The silo put so many updates on the log, shards and manifests. */
    private void assertSent(BrokerFederation running, String silo, int updates) {
        assertThat(running.read(BrokerFederation.TOPICS.manifests(silo))).hasSize(updates);
        assertThat(running.read(BrokerFederation.TOPICS.updates(silo))).hasSize(updates * federation.layout.shards());
    }

    private static List<UpdateRef> cohortWith(BrokerFederation running, UpdateId id) {
        PartyDirectory party = running.party("silo-1");
        try (AgentDatabase database = AgentDatabase.open(party.agentDatabase())) {
            UpdateRef own = new UpdateRef(
                    party.name(),
                    id,
                    database.updates().sealed(id).orElseThrow().manifestDigest());
            return Stream.concat(TestFederation.cohort(3).stream().limit(2), Stream.of(own))
                    .sorted(Comparator.comparing(UpdateRef::silo))
                    .toList();
        }
    }

    private static Predicate<UpdateStatus> state(UpdateStatus.State state) {
        return status -> status.state() == state;
    }

    private static ModelUpdate update(long base) {
        return new ModelUpdate(MODEL, base, new float[PARAMETERS], 50, TestAgent.METRICS);
    }

    private static float[] moved(long version) {
        float[] parameters = new float[PARAMETERS];
        parameters[7] = 0.1f * version;
        return parameters;
    }
}
