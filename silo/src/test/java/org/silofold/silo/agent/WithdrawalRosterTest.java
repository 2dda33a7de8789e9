package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Roster;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.registry.RegistryDocuments.Document;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.silo.store.UpdateState;

/** A withdrawal is proven to the committee that the update was sealed to, also while a smaller one takes its place. */
class WithdrawalRosterTest {
    private static final int PARAMETERS = 2048;
    private static final String SILO = "silo-1";

    @TempDir
    Path directory;

    private final TestFederation federation = TestFederation.secret(PARAMETERS, 1, 1000, List.of("fourth"));

    /** A registry in which another roster comes right after the first look. */
    private record Overtaken(Registry registry, RegistryView view, Document roster) implements Registry {
        @Override
        public <T> T read(Function<RegistryView, T> reader) {
            T value = registry.read(reader);
            view.apply(roster.keyBytes(), roster.record());
            return value;
        }

        @Override
        public long revision() {
            return registry.revision();
        }

        @Override
        public boolean loaded() {
            return registry.loaded();
        }

        @Override
        public Optional<Policy> policy(String model, long sequence) {
            return registry.policy(model, sequence);
        }

        @Override
        public Map<Digest, Roster> rosters() {
            return registry.rosters();
        }
    }

    @Test
    void aSmallerCommitteeThatComesMeanwhileLowersNoThreshold() throws IOException {
        // Four members need three words, three members two.
        federation.documents.removeIf(document -> document.key().equals("roster"));
        federation.documents.add(federation.roster(1, 1, List.of("silo-1", "silo-2", "silo-3", "fourth")));
        try (TestAgent agent = TestAgent.create(federation, directory.resolve("party"), SILO)) {
            agent.initial();
            UpdateId id = agent.outbox.submit(
                    new UpdateRequest(TestFederation.MODEL, 0, new float[PARAMETERS], 50, Map.of()));
            agent.outbox.withdraw(id);
            ConsumerRecord<byte[], byte[]> first = word(agent, id, "silo-1");
            ConsumerRecord<byte[], byte[]> second = word(agent, id, "silo-2");
            WithdrawalService service = new WithdrawalService(agent.database, agent.outbox, agent.changes);
            service.handle(agent.context, "silo-1", first);
            Registry overtaken = new Overtaken(agent.context.registry(), agent.view, federation.roster(2, 3));
            LocalAgentContext context = new LocalAgentContext(
                    agent.party,
                    AgentConfig.defaults().withClock(agent.context.clock()),
                    overtaken,
                    agent.chain,
                    agent.health,
                    agent.changes);
            service.handle(context, "silo-2", second);
            assertThat(agent.view.committeeSize().orElseThrow().threshold()).isEqualTo(2);
            assertThat(agent.database.withdrawals().words(id)).isEqualTo(2);
            assertThat(agent.database.updates().find(id).orElseThrow().state()).isEqualTo(UpdateState.NOT_SENT);
            assertThat(agent.spentBy(0)).contains(id);
        }
    }

    private ConsumerRecord<byte[], byte[]> word(TestAgent agent, UpdateId id, String member) {
        UpdateRef ref = new UpdateRef(
                SILO, id, agent.database.updates().sealed(id).orElseThrow().manifestDigest());
        NeverVoted word =
                new NeverVoted(agent.view.context(TestFederation.MODEL, member, Purpose.NEVER_VOTED), List.of(ref));
        byte[] record = SignedRecords.seal(word, new byte[0], federation.identities.get(member));
        return new ConsumerRecord<>("never-voted", 0, 1, null, record);
    }
}
