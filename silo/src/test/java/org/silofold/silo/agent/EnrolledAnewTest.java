package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.registry.RegistryDocuments;
import org.silofold.silo.party.PartyDirectory;

/** A silo lost its directory, keys and all, and is enrolled anew: what it sent under its old key is in the log and verifies no more. */
class EnrolledAnewTest {
    private static final int PARAMETERS = 3 * 2048;
    private static final String SILO = "silo-1";
    private static final String MODEL = TestFederation.MODEL;

    @TempDir
    Path directory;

    private final TestFederation federation = TestFederation.secret(PARAMETERS, 1, 1000);
    private PartyDirectory lost;
    private TestAgent agent;
    private byte[] manifest0;
    private UpdateId id;
    private byte[] manifest;
    private Digest digest1;

    @BeforeEach
    void submitAndLoseTheDirectory() throws IOException {
        lost = federation.party(directory.resolve("lost"), SILO, "127.0.0.1:1");
        agent = TestAgent.open(federation, lost);
        publish();
        manifest0 = manifestOf(agent.outbox.submit(request(0)));
        id = agent.outbox.submit(request(1));
        manifest = manifestOf(id);
        agent.close();
        agent = TestAgent.create(federation, directory.resolve("anew"), SILO);
        publish();
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    @Test
    void whatItSentBeforeIsSpentChargedAndRaised() throws IOException {
        enrolAnew();
        tell(manifest);
        assertThat(agent.spentBy(1)).contains(id);
        assertThat(agent.spentBy(0)).as("nothing proves the base").contains(id);
        assertThat(agent.database.updates().spentPrivacy(MODEL).rho())
                .isEqualTo(federation.privacy().orElseThrow().accountant().rho());
        assertThat(agent.database.updates().nextSequence(MODEL, 1)).isEqualTo(federation.now + 2);
        assertAlarm();
        refused(0);
        refused(1);
        agent.take(2, digest1, moved(0.2f));
        assertThat(agent.outbox.submit(request(2))).isNotNull();
        // Read again, it is no news.
        tell(manifest);
        assertThat(agent.database.updates().all()).hasSize(2);
    }

    @Test
    void anEarlierUpdateThatIsReadLaterIsChargedToo() throws IOException {
        enrolAnew();
        tell(manifest);
        tell(manifest0);
        assertThat(agent.database.updates().spentPrivacy(MODEL).rho())
                .isEqualTo(2 * federation.privacy().orElseThrow().accountant().rho());
    }

    @Test
    void whatIsNotItsOwnIsJunkWhileItIsEnrolledForTheFirstTime() {
        SignedRecord<UpdateManifest> read =
                SignedRecords.reread(UpdateManifest.class, Purpose.UPDATE_MANIFEST, manifest);
        tell(SignedRecords.seal(read.message(), read.payload(), SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65)));
        assertThat(agent.database.updates().all()).isEmpty();
        assertThat(agent.health.healthy()).isTrue();
        assertThat(agent.own.known(MODEL)).isTrue();
    }

    @Test
    void aClaimFromAVersionThatIsNotThereHoldsItsModelUp() throws IOException {
        agent.close();
        agent = TestAgent.create(federation, directory.resolve("behind"), SILO);
        enrolAnew();
        agent.initial();
        tell(manifest);
        assertThat(agent.own.known(MODEL)).isFalse();
        assertThat(agent.database.updates().all()).isEmpty();
    }

    @Test
    void aSiloThatKeptItsStoreKnowsWhatItSent() throws IOException {
        agent.close();
        agent = TestAgent.open(federation, lost);
        enrolAnew();
        tell(manifest0);
        tell(manifest);
        assertThat(agent.health.healthy()).isTrue();
        assertThat(agent.database.updates().all()).hasSize(2);
    }

    private void enrolAnew() {
        SigningKey key = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65);
        long now = federation.now;
        agent.learn(new RegistryDocuments("demo", "authority", federation.authority)
                .enrolment(SILO, "org-of-" + SILO, Role.SILO, 2, 0, Long.MAX_VALUE / 2, key.verifyingKey()));
        agent.learn(new RegistryDocuments("demo", SILO, key)
                .keyBundle(
                        1,
                        1,
                        now - 1000,
                        now + 1_000_000,
                        KemPrivateKey.generate(Suite.ML_KEM_768_ML_DSA_65).publicKey()));
    }

    /** As the follower does: what is turned away is skipped. */
    private void tell(byte[] record) {
        assertThatThrownBy(() -> agent.own.handle(new ConsumerRecord<>("manifests." + SILO, 0, 0, null, record)))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_SIGNATURE));
    }

    private void publish() throws IOException {
        digest1 = agent.take(1, agent.initial(), moved(0.1f));
    }

    private void assertAlarm() {
        assertThat(agent.health.components()).anySatisfy(component -> {
            assertThat(component.name()).isEqualTo(OwnLog.ROLLED_BACK);
            assertThat(component.detail()).contains(id.toString(), "another key than this silo's");
        });
    }

    private void refused(long base) {
        assertThatThrownBy(() -> agent.outbox.submit(request(base)))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BASE_SPENT));
    }

    private byte[] manifestOf(UpdateId update) throws IOException {
        List<Path> records =
                agent.outbox.records(agent.database.updates().find(update).orElseThrow());
        return Files.readAllBytes(records.get(records.size() - 1));
    }

    private static float[] moved(float by) {
        float[] parameters = new float[PARAMETERS];
        parameters[1] = by;
        return parameters;
    }

    private static UpdateRequest request(long base) {
        return new UpdateRequest(MODEL, base, new float[PARAMETERS], 50, Map.of());
    }
}
