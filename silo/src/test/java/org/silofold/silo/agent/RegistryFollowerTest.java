package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Policy;
import org.silofold.schemas.registry.RegistryDocuments.Document;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.silo.store.AgentDatabase;

class RegistryFollowerTest {
    @TempDir
    Path directory;

    private final TestFederation federation = new TestFederation(10);
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

    private RegistryFollower follower(AgentDatabase database) {
        RegistryView view = new RegistryView("demo", federation.authority.verifyingKey());
        return new RegistryFollower(view, database.documents(), health, new Changes());
    }

    private static long sequence(RegistryFollower follower) {
        return follower.read(
                view -> view.policy(TestFederation.MODEL).map(Policy::sequence).orElse(0L));
    }

    private static void tell(RegistryFollower follower, Document document) {
        follower.handle(new ConsumerRecord<>("registry", 0, 0, document.keyBytes(), document.record()));
    }
}
