package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.SignedRecords;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.store.OutgoingUpdate;
import org.silofold.silo.store.UpdateState;

/** A backup of {@code agent.db} is put back: what it has forgotten comes back from the log, spent and charged, before anything is taken in. */
class RolledBackStoreTest {
    private static final int PARAMETERS = 3 * 2048;
    private static final String SILO = "silo-1";
    private static final String MODEL = TestFederation.MODEL;

    @TempDir
    Path directory;

    private final TestFederation federation = TestFederation.secret(PARAMETERS, 1, 1000);
    private PartyDirectory party;
    private TestAgent agent;
    private Digest digest0;
    private UpdateId id;
    private byte[] manifest;

    @BeforeEach
    void submitAndPutTheBackupBack() throws IOException {
        party = federation.party(directory.resolve("party"), SILO, "127.0.0.1:1");
        agent = TestAgent.open(federation, party);
        digest0 = agent.initial();
        backUp();
        id = agent.outbox.submit(request(0));
        manifest = manifestOf(id);
        putBack();
        assertThat(agent.database.updates().all()).isEmpty();
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    @Test
    void whatTheLogHoldsIsSpentAndChargedAgainAndRaised() throws IOException {
        agent.own.handle(record(manifest));
        assertThat(agent.spentBy(0)).contains(id);
        assertThat(agent.database.updates().spentPrivacy(MODEL).rho())
                .isEqualTo(federation.privacy().orElseThrow().accountant().rho());
        assertThat(agent.database.updates().find(id).orElseThrow().state()).isEqualTo(UpdateState.SENT);
        assertThat(agent.database.updates().nextSequence(MODEL, 1)).isEqualTo(federation.now + 1);
        assertAlarm("agent.db is older than the log", id.toString(), "from version 0");
        refused(Reason.BASE_SPENT, () -> agent.outbox.submit(request(0)));
        reopen();
        agent.own.handle(record(manifest));
        assertThat(agent.health.healthy()).isTrue();
        refused(Reason.BASE_SPENT, () -> agent.outbox.submit(request(0)));
    }

    @Test
    void anUpdateOfWhichOnlyItsVersionIsKnownSpendsEveryEarlierBase() throws IOException {
        List<UpdateRef> cohort = new ArrayList<>(TestFederation.cohort(1));
        cohort.add(new UpdateRef(SILO, id, Digest.sha256(new byte[] {1})));
        float[] next = new float[PARAMETERS];
        next[0] = 0.1f;
        agent.chain.accept(federation.manifest(1, digest0, next, 1, cohort));
        agent.own.settle();
        agent.shards(1, next);
        assertThat(agent.spentBy(0)).contains(id);
        assertThat(agent.database.updates().spentPrivacy(MODEL).rho())
                .isEqualTo(federation.privacy().orElseThrow().accountant().rho());
        assertAlarm("agent.db is older than the log", "in version 1");
        refused(Reason.BASE_SPENT, () -> agent.outbox.submit(request(0)));
        agent.outbox.submit(request(1));
        // Its manifest comes late: nothing is counted twice.
        agent.own.handle(record(manifest));
        assertThat(agent.database.updates().all()).hasSize(2);
    }

    @Test
    void aVersionThatIsALieCostsOneUpdateAtMost() throws IOException {
        List<UpdateRef> cohort = new ArrayList<>(TestFederation.cohort(1));
        for (byte i = 1; i <= 50; i++) {
            byte[] madeUp = new byte[UpdateId.LENGTH];
            madeUp[0] = i;
            cohort.add(new UpdateRef(SILO, UpdateId.of(madeUp), Digest.sha256(madeUp)));
        }
        float[] next = new float[PARAMETERS];
        refused(Reason.MODEL_NOT_VERIFIED, () -> agent.chain.accept(federation.manifest(1, digest0, next, 1, cohort)));
        agent.own.settle();
        assertThat(agent.database.updates().all()).isEmpty();
        List<UpdateRef> one = cohort.subList(0, 4);
        agent.chain.accept(federation.manifest(1, digest0, next, 1, one));
        agent.own.settle();
        assertThat(agent.database.updates().spentPrivacy(MODEL).rho())
                .isEqualTo(federation.privacy().orElseThrow().accountant().rho());
        assertAlarm("if this silo never sent it, the aggregator lies");
    }

    @Test
    void nothingIsTakenInBeforeTheLogWasRead() throws IOException {
        OwnLog unread = new OwnLog(agent.context, agent.database, agent.changes);
        Outbox outbox = new Outbox(agent.context, agent.database, unread, agent.changes);
        unread.handle(record(manifest));
        assertThatThrownBy(() -> outbox.submit(request(0)))
                .isInstanceOfSatisfying(
                        AgentException.class, e -> assertThat(e.code()).isEqualTo(AgentException.NOT_READY))
                .hasMessageContaining("manifests.silo-1");
        unread.caughtUp();
        refused(Reason.BASE_SPENT, () -> outbox.submit(request(0)));
    }

    @Test
    void whatTheStoreKnowsIsNotHeldInMemory() throws IOException {
        UpdateId known = agent.outbox.submit(request(0));
        Digest digest = agent.database.updates().sealed(known).orElseThrow().manifestDigest();
        List<UpdateRef> cohort = new ArrayList<>(TestFederation.cohort(1));
        cohort.add(new UpdateRef(SILO, known, digest));
        Digest digest1 = TestFederation.digest(accept(1, digest0, cohort));
        OwnLog restarted = new OwnLog(agent.context, agent.database, agent.changes);
        restarted.settle();
        assertThat(restarted.waiting()).isZero();
        accept(2, digest1, List.of(new UpdateRef(SILO, id, digest)));
        restarted.settle();
        assertThat(restarted.waiting()).isEqualTo(1);
        restarted.caughtUp();
        assertThat(restarted.waiting()).isZero();
        assertThat(agent.database.updates().find(id)).isPresent();
    }

    private byte[] accept(long version, Digest previous, List<UpdateRef> cohort) throws IOException {
        float[] next = new float[PARAMETERS];
        next[0] = 0.1f;
        byte[] link = federation.manifest(version, previous, next, 1, cohort);
        agent.chain.accept(link);
        return link;
    }

    @Test
    void anUpdateWhoseBaseIsNotInTheChainHoldsItsModelUpUntilItIs() throws IOException {
        agent.close();
        party = federation.party(directory.resolve("empty"), SILO, "127.0.0.1:1");
        agent = TestAgent.open(federation, party);
        agent.own.handle(record(manifest));
        assertThat(agent.own.known(MODEL)).isFalse();
        assertThat(agent.own.known("lung")).as("no other model").isTrue();
        agent.initial();
        assertThat(agent.own.known(MODEL)).isTrue();
        assertThat(agent.spentBy(0)).contains(id);
    }

    @Test
    void whatOthersSignedIsNotTakenIn() throws IOException {
        try (TestAgent other = TestAgent.create(federation, directory.resolve("other"), "silo-2")) {
            other.initial();
            byte[] others = manifestOf(other, other.outbox.submit(request(0)));
            assertThatThrownBy(() -> agent.own.handle(record(others))).isInstanceOf(RejectedException.class);
        }
        assertThat(agent.database.updates().all()).isEmpty();
        assertThat(agent.health.healthy()).isTrue();
    }

    @Test
    void whatWasSentIsNotSentOnceMore() throws IOException {
        agent.own.handle(record(manifest));
        assertThat(agent.database.updates().unsent()).isEmpty();
        // The backup knows the update and not that it was sent; its files are gone.
        float[] next = new float[PARAMETERS];
        next[0] = 0.1f;
        agent.take(1, digest0, next);
        UpdateId second = agent.outbox.submit(request(1));
        byte[] sent = manifestOf(second);
        assertThat(agent.database.updates().unsent())
                .extracting(OutgoingUpdate::updateId)
                .containsExactly(second);
        agent.own.handle(record(sent));
        assertThat(agent.database.updates().unsent()).isEmpty();
    }

    @Test
    void takingOneOfTwoUpdatesBackDoesNotFreeTheBaseOfTheOther() throws IOException {
        // After the backup the first was withdrawn and another sent from its base; the log holds both.
        backUp();
        UpdateId second = agent.outbox.submit(request(0));
        byte[] manifest2 = manifestOf(second);
        putBack();
        agent.own.handle(record(manifest));
        agent.own.handle(record(manifest2));
        assertAlarm("a base that update " + id + " was made from too");
        agent.outbox.withdraw(id);
        answer("silo-1", id);
        answer("silo-3", id);
        assertThat(agent.database.updates().find(id).orElseThrow().state()).isEqualTo(UpdateState.WITHDRAWN);
        assertThat(agent.spentBy(0)).contains(second);
        refused(Reason.BASE_SPENT, () -> agent.outbox.submit(request(0)));
    }

    private void answer(String member, UpdateId update) {
        Digest digest = agent.database.updates().sealed(update).orElseThrow().manifestDigest();
        NeverVoted word = new NeverVoted(
                agent.view.context(MODEL, member, Purpose.NEVER_VOTED), List.of(new UpdateRef(SILO, update, digest)));
        byte[] record = SignedRecords.seal(word, new byte[0], federation.identities.get(member));
        new WithdrawalService(agent.database, agent.outbox, agent.changes)
                .handle(agent.context, member, new ConsumerRecord<>("never-voted." + member, 0, 0, null, record));
    }

    private void assertAlarm(String... parts) {
        assertThat(agent.health.components()).anySatisfy(component -> {
            assertThat(component.name()).isEqualTo(OwnLog.ROLLED_BACK);
            assertThat(component.healthy()).isFalse();
            assertThat(component.detail()).contains(parts);
        });
    }

    private static void refused(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.reason())
                .isEqualTo(reason));
    }

    private byte[] manifestOf(UpdateId update) throws IOException {
        return manifestOf(agent, update);
    }

    private static byte[] manifestOf(TestAgent of, UpdateId update) throws IOException {
        List<Path> records =
                of.outbox.records(of.database.updates().find(update).orElseThrow());
        return Files.readAllBytes(records.get(records.size() - 1));
    }

    private static ConsumerRecord<byte[], byte[]> record(byte[] value) {
        return new ConsumerRecord<>("manifests." + SILO, 0, 0, null, value);
    }

    private UpdateRequest request(long base) {
        return new UpdateRequest(MODEL, base, new float[PARAMETERS], 50, Map.of());
    }

    private void backUp() throws IOException {
        agent.close();
        Files.copy(party.agentDatabase(), directory.resolve("backup"), StandardCopyOption.REPLACE_EXISTING);
        agent = TestAgent.open(federation, party);
    }

    private void putBack() throws IOException {
        agent.close();
        Files.copy(directory.resolve("backup"), party.agentDatabase(), StandardCopyOption.REPLACE_EXISTING);
        agent = TestAgent.open(federation, party);
    }

    private void reopen() throws IOException {
        agent.close();
        agent = TestAgent.open(federation, party);
    }
}
