package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateWithdrawal;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.TopicKind;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.store.OutgoingUpdate;
import org.silofold.silo.store.UpdateState;
import org.silofold.silo.store.WithdrawalTable;

/** An update is taken back by the words of t distinct members about exactly it, and by nothing less. Three members, so t is 2. */
class WithdrawalTest {
    private static final int PARAMETERS = 3 * 2048;
    private static final String SILO = "silo-1";

    @TempDir
    Path directory;

    private final TestFederation federation = TestFederation.secret(PARAMETERS, 1, 1000);
    private PartyDirectory party;
    private TestAgent agent;
    private UpdateId id;
    private UpdateRef ref;

    @BeforeEach
    void submit() throws IOException {
        party = federation.party(directory.resolve("party"), SILO, "127.0.0.1:1");
        agent = TestAgent.open(federation, party);
        agent.initial();
        id = agent.outbox.submit(request());
        ref = new UpdateRef(
                SILO, id, agent.database.updates().sealed(id).orElseThrow().manifestDigest());
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    @Test
    void theWordsOfEnoughMembersFreeTheBaseAndTheChargeStays() throws IOException {
        sendAll();
        double charged =
                agent.database.updates().spentPrivacy(TestFederation.MODEL).rho();
        agent.outbox.withdraw(id);
        assertSpent();
        answer("silo-1", ref);
        assertSpent();
        restart();
        assertSpent();
        answer("silo-3", ref);
        assertThat(state()).isEqualTo(UpdateState.WITHDRAWN);
        assertThat(agent.database.updates().find(id).orElseThrow().reason()).contains(Reason.WITHDRAWN);
        assertThat(agent.database.updates().spentPrivacy(TestFederation.MODEL).rho())
                .isEqualTo(charged);
        restart();
        assertThat(state()).isEqualTo(UpdateState.WITHDRAWN);
        UpdateId next = agent.outbox.submit(request());
        assertThat(agent.database.updates().spentPrivacy(TestFederation.MODEL).rho())
                .isEqualTo(2 * charged);
        assertThat(agent.database.updates().unsent())
                .extracting(OutgoingUpdate::updateId)
                .containsExactly(next);
        // The proof is about the old update alone.
        answer("silo-2", ref);
        assertSpent();
    }

    @Test
    void oneMembersWordsCountOnceAndStrangersNotAtAll() {
        agent.outbox.withdraw(id);
        answer("silo-1", ref);
        answer("silo-1", ref);
        answer("silo-1", ref, other());
        assertThat(agent.database.withdrawals().words(id)).isEqualTo(1);
        // Another silo's update of that id, another manifest, another update.
        answer("silo-2", new UpdateRef("silo-2", id, ref.manifestDigest()));
        answer("silo-2", new UpdateRef(SILO, id, Digest.sha256(new byte[] {9})));
        answer("silo-2", other());
        // Another roster or epoch, another model, another federation.
        Context context = context("silo-2");
        answer("silo-2", context(context, "demo", 2, context.rosterDigest(), TestFederation.MODEL));
        answer("silo-2", context(context, "demo", 1, Digest.sha256(new byte[1]), TestFederation.MODEL));
        answer("silo-2", context(context, "demo", 1, context.rosterDigest(), "other"));
        answer("silo-2", context(context, "another", 1, context.rosterDigest(), TestFederation.MODEL));
        assertThat(agent.database.withdrawals().words(id)).isEqualTo(1);
        // The aggregator has no seat; a member's record under another's name is not that other's.
        service().handle(agent.context, "aggregator", record(word("aggregator", context("aggregator"), ref)));
        service().handle(agent.context, "silo-2", record(word("silo-1", context("silo-1"), ref)));
        assertThat(agent.database.withdrawals().words(id)).isEqualTo(1);
        assertSpent();
        answer("silo-2", other(), ref);
        assertThat(state()).isEqualTo(UpdateState.WITHDRAWN);
    }

    @Test
    void aRevokedMembersWordDoesNotCount() {
        agent.outbox.withdraw(id);
        agent.learn(federation.revocation("silo-2"));
        answer("silo-1", ref);
        answer("silo-2", ref);
        assertSpent();
    }

    @Test
    void whatWasNotAskedForIsNotWithdrawn() {
        answer("silo-1", ref);
        answer("silo-2", ref);
        answer("silo-3", ref);
        assertSpent();
    }

    @Test
    void theRequestIsSignedNamesTheUpdateAndIsTheSameAfterARestart() throws IOException {
        agent.outbox.withdraw(id);
        byte[] record = pending().record();
        agent.outbox.withdraw(id);
        assertThat(pending().record()).isEqualTo(record);
        restart();
        assertThat(pending().record()).isEqualTo(record);
        UpdateWithdrawal withdrawal = SignedRecords.open(
                        UpdateWithdrawal.class,
                        Purpose.UPDATE_WITHDRAWAL,
                        record,
                        SILO,
                        federation.identities.get(SILO).verifyingKey(),
                        TopicKind.WITHDRAWALS.limits())
                .message();
        assertThat(withdrawal.update()).isEqualTo(ref);
        assertThat(withdrawal.context().rosterDigest())
                .isEqualTo(federation.view().rosterDigest().orElseThrow());
    }

    @Test
    void nothingOfAWithdrawnUpdateIsSentAgain() throws Exception {
        OutgoingUpdate update = agent.database.updates().unsent().get(0);
        List<Path> records = new ArrayList<>(agent.outbox.records(update));
        assertThat(records).hasSize(2);
        MockProducer<byte[], byte[]> producer = producer();
        agent.outbox.withdraw(id);
        assertThat(agent.database.updates().unsent()).isEmpty();
        assertThat(agent.outbox.files().directory(id)).doesNotExist();
        // A sender that took it up before goes no further.
        assertThat(agent.outbox.whileNotWithdrawn(id, () -> "sent")).isEmpty();
        restart();
        assertThat(agent.database.updates().unsent()).isEmpty();
        assertThat(agent.outbox.whileNotWithdrawn(id, () -> "sent")).isEmpty();
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void aSenderThatListedItBeforeItsWithdrawalSendsNothing() throws Exception {
        OutgoingUpdate listed = agent.database.updates().unsent().get(0);
        agent.outbox.withdraw(id);
        MockProducer<byte[], byte[]> producer = producer();
        sender().send(producer, "updates.silo-1", "manifests.silo-1", listed);
        assertThat(producer.history()).isEmpty();
        assertThat(state()).isEqualTo(UpdateState.NOT_SENT);
    }

    @Test
    void aSenderUnderWayStopsAtTheNextRecord() throws Exception {
        OutgoingUpdate update = agent.database.updates().unsent().get(0);
        MockProducer<byte[], byte[]> producer = new MockProducer<>(false, null, serializer(), serializer());
        Thread sending = new Thread(() -> {
            try {
                sender().send(producer, "updates.silo-1", "manifests.silo-1", update);
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        sending.start();
        while (producer.history().isEmpty()) {
            Thread.onSpinWait();
        }
        agent.outbox.withdraw(id);
        producer.completeNext();
        sending.join();
        assertThat(producer.history()).as("the shard, and no manifest after it").hasSize(1);
        assertThat(state()).isEqualTo(UpdateState.NOT_SENT);
    }

    @Test
    void whatWentTooFarIsNotWithdrawn() {
        for (UpdateState end : List.of(UpdateState.JOINED, UpdateState.IN_VERSION, UpdateState.SPENT)) {
            Optional<Reason> reason = end == UpdateState.SPENT ? Optional.of(Reason.COHORT_BROKEN) : Optional.empty();
            if (state() != UpdateState.IN_VERSION) {
                agent.database.updates().advance(id, end, 4, reason, "");
            }
            assertThatThrownBy(() -> agent.outbox.withdraw(id))
                    .isInstanceOfSatisfying(
                            AgentException.class, e -> assertThat(e.code()).isEqualTo(AgentException.TOO_LATE))
                    .hasMessageContaining("cannot be withdrawn: it is " + state().code());
            assertSpent();
        }
    }

    @Test
    void aWithdrawalIsOvertakenByTheVersionThatTheUpdateIsIn() {
        agent.outbox.withdraw(id);
        agent.database.updates().advance(id, UpdateState.IN_VERSION, 1, Optional.empty(), "");
        assertThat(agent.database.withdrawals().pending()).isEmpty();
        answer("silo-1", ref);
        answer("silo-2", ref);
        assertThat(state()).isEqualTo(UpdateState.IN_VERSION);
        assertSpent();
    }

    @Test
    void whatTheAggregatorRefusedMayBeProvenFree() {
        agent.database.updates().advance(id, UpdateState.REFUSED, -1, Optional.of(Reason.INCOMPLETE), "");
        assertSpent();
        agent.outbox.withdraw(id);
        answer("silo-1", ref);
        answer("silo-2", ref);
        assertThat(state()).isEqualTo(UpdateState.WITHDRAWN);
        assertThat(agent.spentBy(0)).isEmpty();
    }

    @Test
    void anotherRostersCommitteeCannotAnswer() {
        agent.learn(federation.roster(2, 2));
        assertThatThrownBy(() -> agent.outbox.withdraw(id))
                .isInstanceOfSatisfying(
                        AgentException.class, e -> assertThat(e.code()).isEqualTo(AgentException.TOO_LATE))
                .hasMessageContaining("not the roster's");
    }

    private void assertSpent() {
        assertThat(agent.spentBy(0)).isPresent();
        assertThatThrownBy(() -> agent.outbox.submit(request()))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BASE_SPENT));
    }

    private void sendAll() throws IOException {
        try {
            sender().send(
                            producer(),
                            "updates.silo-1",
                            "manifests.silo-1",
                            agent.database.updates().unsent().get(0));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(state()).isEqualTo(UpdateState.SENT);
    }

    private void restart() throws IOException {
        agent.close();
        agent = TestAgent.open(federation, party);
    }

    private UpdateState state() {
        return agent.database.updates().find(id).orElseThrow().state();
    }

    private WithdrawalTable.Pending pending() {
        List<WithdrawalTable.Pending> pending = agent.database.withdrawals().pending();
        assertThat(pending).hasSize(1);
        return pending.get(0);
    }

    private OutboxSender sender() {
        return new OutboxSender(agent.outbox, agent.database.updates(), agent.own, agent.changes);
    }

    private WithdrawalService service() {
        return new WithdrawalService(agent.database, agent.outbox, agent.changes);
    }

    private void answer(String member, UpdateRef... refs) {
        service().handle(agent.context, member, record(word(member, context(member), refs)));
    }

    private void answer(String member, Context context) {
        service().handle(agent.context, member, record(word(member, context, ref)));
    }

    private byte[] word(String signer, Context context, UpdateRef... refs) {
        return SignedRecords.seal(
                new NeverVoted(context, List.of(refs)), new byte[0], federation.identities.get(signer));
    }

    private Context context(String member) {
        return federation.view().context(TestFederation.MODEL, member, Purpose.NEVER_VOTED);
    }

    private static Context context(Context of, String name, int epoch, Digest roster, String model) {
        return new Context(
                of.version(), of.suite(), name, epoch, roster, of.policySequence(), model, of.sender(), of.purpose());
    }

    private static UpdateRef other() {
        byte[] bytes = new byte[UpdateId.LENGTH];
        bytes[3] = 1;
        return new UpdateRef(SILO, UpdateId.of(bytes), Digest.sha256(bytes));
    }

    private static ConsumerRecord<byte[], byte[]> record(byte[] value) {
        return new ConsumerRecord<>("never-voted", 0, 1, null, value);
    }

    private static MockProducer<byte[], byte[]> producer() {
        return new MockProducer<>(true, null, serializer(), serializer());
    }

    private static ByteArraySerializer serializer() {
        return new ByteArraySerializer();
    }

    private static UpdateRequest request() {
        return new UpdateRequest(TestFederation.MODEL, 0, new float[PARAMETERS], 50, Map.of());
    }
}
