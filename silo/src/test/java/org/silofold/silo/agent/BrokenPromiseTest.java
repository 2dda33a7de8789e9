package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
import org.silofold.schemas.Topics;
import org.silofold.silo.chain.Evidence;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.store.StoredManifest;
import org.silofold.silo.store.UpdateState;

/** A version lists an update that t members promised never to vote for: somebody lies, and the silo goes no further. */
class BrokenPromiseTest {
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
    private UpdateRef ref;

    @BeforeEach
    void submitAndWithdraw() throws IOException {
        party = federation.party(directory.resolve("party"), SILO, "127.0.0.1:1");
        agent = TestAgent.open(federation, party);
        digest0 = agent.initial();
        id = agent.outbox.submit(request(0));
        ref = new UpdateRef(
                SILO, id, agent.database.updates().sealed(id).orElseThrow().manifestDigest());
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    @Test
    void aVersionWithAWithdrawnUpdateIsRaisedKeptAndNotTrainedOn() throws IOException {
        withdraw();
        publish(ref);
        assertAlarm();
        assertThat(party.evidence())
                .isDirectoryContaining("glob:**/heart-1-*.rec")
                .isDirectoryContaining("glob:**/heart-1-*.promise")
                .isDirectoryContaining("glob:**/never-voted-" + id.hex() + "-silo-1.rec")
                .isDirectoryContaining("glob:**/never-voted-" + id.hex() + "-silo-3.rec");
        assertThat(agent.database
                        .manifests()
                        .newestVerified(MODEL)
                        .orElseThrow()
                        .version())
                .isZero();
        refused();
        agent.close();
        agent = TestAgent.open(federation, party);
        assertAlarm();
        refused();
        assertThat(new Evidence(party.evidence()).kept())
                .containsOnlyKeys("promise-broken")
                .allSatisfy((alarm, line) -> assertThat(line).contains("silo-1, silo-3 promised never to vote"));
    }

    @Test
    void theProofIsRaisedOnceTheDiskTakesIt() throws IOException {
        withdraw();
        Files.writeString(party.evidence(), "in the way");
        assertThatThrownBy(() -> publish(ref)).isInstanceOf(UncheckedIOException.class);
        Files.delete(party.evidence());
        agent.own.settle();
        assertAlarm();
        refused();
    }

    @Test
    void aVersionOfAnotherModelBreaksNoPromise() {
        withdraw();
        List<UpdateRef> cohort = new ArrayList<>(TestFederation.cohort(1));
        cohort.add(ref);
        byte[] manifest = federation.manifest(1, digest0, new float[PARAMETERS], 1, cohort);
        agent.database
                .manifests()
                .add(new StoredManifest("lung", 1, TestFederation.digest(manifest), Digest.ZERO, manifest, false));
        agent.own.settle();
        assertThat(agent.health.healthy()).isTrue();
        assertThat(agent.own.broken("lung")).isFalse();
        assertThat(agent.own.broken(MODEL)).isFalse();
    }

    @Test
    void anUpdateThatAVersionListsIsInItWhateverAFateSaidAndIsNotFreedAnyMore() throws IOException {
        agent.outbox.withdraw(id);
        agent.database.updates().advance(id, UpdateState.REFUSED, -1, Optional.of(Reason.EXPIRED), "");
        publish(ref);
        answer("silo-1");
        answer("silo-3");
        assertThat(agent.database.updates().find(id).orElseThrow().state()).isEqualTo(UpdateState.IN_VERSION);
        assertThat(agent.spentBy(0)).contains(id);
        assertThat(agent.health.healthy()).isTrue();
    }

    @Test
    void anotherManifestUnderItsIdIsNotIt() throws IOException {
        withdraw();
        publish(new UpdateRef(SILO, id, Digest.sha256(new byte[] {7})));
        assertThat(agent.health.healthy()).isTrue();
        assertThat(agent.database
                        .manifests()
                        .newestVerified(MODEL)
                        .orElseThrow()
                        .version())
                .isEqualTo(1);
    }

    private void withdraw() {
        agent.outbox.withdraw(id);
        answer("silo-1");
        answer("silo-3");
        assertThat(agent.database.updates().find(id).orElseThrow().state()).isEqualTo(UpdateState.WITHDRAWN);
    }

    private void publish(UpdateRef listed) {
        List<UpdateRef> cohort = new ArrayList<>(TestFederation.cohort(1));
        cohort.add(listed);
        float[] next = new float[PARAMETERS];
        next[0] = 0.1f;
        ModelFollower follower = new ModelFollower(
                new Topics(""),
                new FixedRegistry(agent.view),
                agent.chain,
                agent.assembler,
                agent.countersignatures,
                agent.own,
                agent.health,
                agent.changes);
        follower.handle(new ConsumerRecord<>(
                "model-manifests", 0, 0, Topics.modelKey(MODEL), federation.manifest(1, digest0, next, 1, cohort)));
        for (int i = 0; i < federation.layout.shards(); i++) {
            follower.handle(new ConsumerRecord<>(
                    "models", 0, i, Topics.modelShardKey(MODEL, i), federation.modelShard(1, next, i)));
        }
        follower.caughtUp();
    }

    private void answer(String member) {
        NeverVoted word = new NeverVoted(agent.view.context(MODEL, member, Purpose.NEVER_VOTED), List.of(ref));
        byte[] record = SignedRecords.seal(word, new byte[0], federation.identities.get(member));
        new WithdrawalService(agent.database, agent.outbox, agent.changes)
                .handle(agent.context, member, new ConsumerRecord<>("never-voted." + member, 0, 0, null, record));
    }

    private void assertAlarm() {
        assertThat(agent.health.components()).anySatisfy(component -> {
            assertThat(component.name()).isEqualTo(OwnLog.PROMISE_BROKEN);
            assertThat(component.healthy()).isFalse();
            assertThat(component.detail())
                    .contains(
                            "version 1 of heart lists update " + id,
                            "silo-1, silo-3",
                            "without a certificate, or more than f members lied");
        });
    }

    private void refused() {
        assertThatThrownBy(() -> agent.outbox.submit(request(0)))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PROMISE_BROKEN));
    }

    private static UpdateRequest request(long base) {
        return new UpdateRequest(MODEL, base, new float[PARAMETERS], 50, Map.of());
    }
}
