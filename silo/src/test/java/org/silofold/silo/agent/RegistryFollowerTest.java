package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.Topics;
import org.silofold.schemas.registry.RegistryDocuments;
import org.silofold.schemas.registry.RegistryDocuments.Document;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.silo.store.AgentDatabase;

class RegistryFollowerTest {
    private static final Topics TOPICS = new Topics("");

    @TempDir
    Path directory;

    private final TestFederation federation = new TestFederation(10);
    private final OwnBundles own = new OwnBundles(TOPICS.keys("silo-1"));
    private final Health health = new Health("silo-1", Clock.systemUTC());

    @Test
    void aBrokerCannotRollTheRegistryBack() {
        Document newer = federation.policy(2, 0.25);
        try (AgentDatabase database = AgentDatabase.open(directory.resolve("agent.db"))) {
            RegistryFollower follower = follower(database);
            federation.documents.forEach(document -> tell(follower, document));
            tell(follower, newer);
            follower.caughtUp();
            assertThat(follower.loaded()).isTrue();
        }
        try (AgentDatabase database = AgentDatabase.open(directory.resolve("agent.db"))) {
            RegistryFollower follower = follower(database);
            assertThat(follower.loaded()).isFalse();
            assertThat(sequence(follower)).isEqualTo(2);
            // What compaction has not removed yet is no roll-back,
            federation.documents.forEach(document -> tell(follower, document));
            tell(follower, newer);
            follower.caughtUp();
            assertThat(health.healthy()).isTrue();
            // an older document that stays the last word is.
            tell(follower, federation.policy(1, 0.5));
            follower.caughtUp();
            assertThat(health.healthy()).isFalse();
            assertThat(sequence(follower)).isEqualTo(2);
            assertThat(database.documents().policies(TestFederation.MODEL)).hasSize(2);
        }
    }

    @Test
    void aBundleThatWaitedForItsEnrolmentIsStoredToo() {
        Document enrolment = federation.documents.get(0);
        Document bundle = federation.documents.get(1);
        try (AgentDatabase database = AgentDatabase.open(directory.resolve("agent.db"))) {
            RegistryFollower follower = follower(database);
            tell(follower, bundle);
            assertThat(database.documents().all()).isEmpty();
            tell(follower, enrolment);
            assertThat(database.documents().all()).containsOnlyKeys(enrolment.key(), bundle.key());
        }
        try (AgentDatabase database = AgentDatabase.open(directory.resolve("agent.db"))) {
            assertThat(follower(database)
                            .<Boolean>read(view -> view.kemKey("silo-1", 1).isPresent()))
                    .isTrue();
            assertThat(health.healthy()).isTrue();
        }
    }

    @Test
    void theBundlesOfAnEarlierIdentityAreForgotten() {
        Document bundle = federation.documents.get(1);
        Document anew = new RegistryDocuments("demo", "authority", federation.authority)
                .enrolment(
                        "silo-1",
                        "org-of-silo-1",
                        Role.SILO,
                        2,
                        0,
                        Long.MAX_VALUE / 2,
                        SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65).verifyingKey());
        assertThat(bundle.key()).isEqualTo("key-bundle/silo-1/1");
        try (AgentDatabase database = AgentDatabase.open(directory.resolve("agent.db"))) {
            RegistryFollower follower = follower(database);
            federation.documents.forEach(document -> tell(follower, document));
            tell(follower, anew);
            assertThat(database.documents().all())
                    .doesNotContainKey(bundle.key())
                    .containsKey(federation.keyBundle("silo-2").key());
        }
        try (AgentDatabase database = AgentDatabase.open(directory.resolve("agent.db"))) {
            assertThat(follower(database).topics().ifThere()).contains("keys.silo-1");
            assertThat(health.healthy()).isTrue();
        }
    }

    @Test
    void junkIsRejectedAndNotStored() {
        try (AgentDatabase database = AgentDatabase.open(directory.resolve("agent.db"))) {
            RegistryFollower follower = follower(database);
            Document junk = new Document("roster", new byte[100]);
            assertThatThrownBy(() -> tell(follower, junk)).isInstanceOf(RejectedException.class);
            Document forged = new TestFederation(10).documents.get(0);
            assertThatThrownBy(() -> tell(follower, forged)).isInstanceOf(RejectedException.class);
            assertThat(database.documents().all()).isEmpty();
        }
    }

    @Test
    void anotherPartysKeyInOnesOwnTopicIsRefused() {
        try (AgentDatabase database = AgentDatabase.open(directory.resolve("agent.db"))) {
            RegistryFollower follower = follower(database);
            federation.documents.forEach(document -> tell(follower, document));
            Document victims = federation.keyBundle("silo-2");
            for (byte[] record : List.of(new byte[40], victims.record())) {
                assertThatThrownBy(() -> tell(follower, "keys.silo-3", victims.keyBytes(), record))
                        .isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.reason())
                                .isEqualTo(Reason.WRONG_SENDER));
            }
            follower.caughtUp();
            assertThat(health.healthy()).isTrue();
        }
    }

    @Test
    void theTopicsOfTheEnrolledAreFollowedOnceTheyAreKnown() {
        try (AgentDatabase database = AgentDatabase.open(directory.resolve("agent.db"))) {
            RegistryFollower follower = follower(database);
            assertThat(follower.topics()).isEqualTo(FollowedTopics.all(List.of("registry")));
            tell(follower, federation.documents.get(0));
            assertThat(follower.topics()).isEqualTo(new FollowedTopics(List.of("registry"), List.of("keys.silo-1")));
            federation.documents.forEach(document -> tell(follower, document));
            assertThat(follower.topics().ifThere())
                    .containsExactly("keys.aggregator", "keys.silo-1", "keys.silo-2", "keys.silo-3");
            assertThat(follower.topics().describe())
                    .isEqualTo("registry, keys.aggregator, keys.silo-1, keys.silo-2 and 1 more");
        }
    }

    @Test
    void whatThePartysOwnTopicHoldsIsTheLastRecordOfAKeyWhoeverWroteIt() {
        try (AgentDatabase database = AgentDatabase.open(directory.resolve("agent.db"))) {
            RegistryFollower follower = follower(database);
            Document bundle = federation.documents.get(1);
            federation.documents.forEach(document -> tell(follower, document));
            follower.caughtUp();
            assertThat(own.level()).isTrue();
            assertThat(own.holds(bundle.key(), bundle.record()))
                    .as("in the registry alone")
                    .isFalse();
            tell(follower, "keys.silo-1", bundle.keyBytes(), bundle.record());
            assertThat(own.holds(bundle.key(), bundle.record())).isTrue();
            assertThatThrownBy(() -> tell(follower, "keys.silo-1", bundle.keyBytes(), new byte[40]))
                    .isInstanceOf(RejectedException.class);
            assertThat(own.holds(bundle.key(), bundle.record())).isFalse();
            tell(follower, "keys.silo-1", bundle.keyBytes(), bundle.record());
            assertThat(own.holds(bundle.key(), bundle.record())).isTrue();
            follower.erased(new ConsumerRecord<>("keys.silo-1", 0, 0, bundle.keyBytes(), null));
            assertThat(own.holds(bundle.key(), bundle.record())).isFalse();
            tell(follower, "keys.silo-1", bundle.keyBytes(), bundle.record());
            own.begin();
            assertThat(own.level()).isFalse();
        }
    }

    private RegistryFollower follower(AgentDatabase database) {
        RegistryView view = new RegistryView("demo", federation.authority.verifyingKey());
        return new RegistryFollower(TOPICS, own, view, database.documents(), health, new Changes());
    }

    private static long sequence(RegistryFollower follower) {
        return follower.read(
                view -> view.policy(TestFederation.MODEL).map(Policy::sequence).orElse(0L));
    }

    private static void tell(RegistryFollower follower, Document document) {
        tell(follower, "registry", document.keyBytes(), document.record());
    }

    private static void tell(RegistryFollower follower, String topic, byte[] key, byte[] record) {
        follower.handle(new ConsumerRecord<>(topic, 0, 0, key, record));
    }
}
