package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.privacy.ConcentratedPrivacy;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.sdk.Silo;

/** A silo sends nothing that its privacy budget does not pay for, whatever policy, crash or chain comes. */
class PrivacyBudgetTest {
    private static final int PARAMETERS = 3 * 2048;

    /** Of which the accountant sets a 1024th aside for cut noise. */
    private static final double DELTA = 1e-6 * (1 - 0x1p-10);

    @TempDir
    Path directory;

    @Test
    void theBudgetPaysForAsManyUpdatesAsTheAccountantSaysOverRestarts() throws IOException {
        double rho = rho(1);
        double epsilon =
                (ConcentratedPrivacy.epsilon(3 * rho, DELTA) + ConcentratedPrivacy.epsilon(4 * rho, DELTA)) / 2;
        TestFederation federation = TestFederation.secret(PARAMETERS, 1, epsilon);
        TestAgent agent = TestAgent.create(federation, directory.resolve("party"), "silo-1");
        Digest previous = agent.initial();
        for (int version = 0; version < 3; version++) {
            agent.outbox.submit(request(version));
            agent.close();
            agent = TestAgent.open(federation, agent.party);
            previous = agent.take(version + 1, previous, parameters(version + 1));
        }
        refused(
                agent,
                3,
                "; " + String.format(Locale.ROOT, "%.4g", ConcentratedPrivacy.epsilon(3 * rho, DELTA)) + " is spent");
        agent.close();
        agent = TestAgent.open(federation, agent.party);
        refused(agent, 3, "privacy budget");
        assertThat(agent.spentBy(3)).as("what was refused spends nothing").isEmpty();
        agent.close();
    }

    @Test
    void chargesKeepThePriceOfTheirOwnTimeWhenPolicyChanges() throws IOException {
        TestFederation federation = TestFederation.secret(PARAMETERS, 1, 1000);
        try (TestAgent agent = TestAgent.create(federation, directory.resolve("party"), "silo-1")) {
            Digest digest0 = agent.initial();
            agent.outbox.submit(request(0));
            // Twice the noise is a quarter of rho. The budget is that of one loud and three quiet updates.
            double quiet = rho(2);
            double epsilon = ConcentratedPrivacy.epsilon(rho(1) + 3.5 * quiet, DELTA);
            federation.documents.add(federation.policy(3, TestFederation.privatePolicy(2, epsilon)));
            agent.learn(federation.policy(3, TestFederation.privatePolicy(2, epsilon)));
            Digest previous = digest0;
            for (int version = 1; version <= 3; version++) {
                previous = agent.take(version, previous, parameters(version));
                agent.outbox.submit(request(version));
            }
            agent.take(4, previous, parameters(4));
            refused(agent, 4, "privacy budget");
            federation.documents.add(federation.policy(4, TestFederation.privatePolicy(2, 1000)));
            agent.learn(federation.policy(4, TestFederation.privatePolicy(2, 1000)));
            agent.outbox.submit(request(4));
            assertThat(agent.database
                            .updates()
                            .spentPrivacy(TestFederation.MODEL)
                            .rho())
                    .isEqualTo(rho(1) + 4 * quiet, within(1e-9));
        }
    }

    @Test
    void anUpdateThatIsRefusedCostsNothing() throws IOException {
        TestFederation federation = TestFederation.secret(PARAMETERS, 1, 1000);
        try (TestAgent agent = TestAgent.create(federation, directory.resolve("party"), "silo-1")) {
            agent.initial();
            agent.outbox.submit(request(0));
            double once =
                    agent.database.updates().spentPrivacy(TestFederation.MODEL).rho();
            assertThat(once).isEqualTo(rho(1));
            assertThatThrownBy(() -> agent.outbox.submit(request(0))).isInstanceOf(RejectedException.class);
            assertThat(agent.database
                            .updates()
                            .spentPrivacy(TestFederation.MODEL)
                            .rho())
                    .isEqualTo(once);
        }
    }

    @Test
    void noBudgetHoldsAfterAnUpdateWithoutNoise() throws IOException {
        TestFederation federation = new TestFederation(PARAMETERS, List.of());
        try (TestAgent agent = TestAgent.create(federation, directory.resolve("party"), "silo-1")) {
            Digest digest0 = agent.initial();
            agent.outbox.submit(request(0));
            federation.documents.add(federation.policy(2, TestFederation.privatePolicy(1, 1000)));
            agent.learn(federation.policy(2, TestFederation.privatePolicy(1, 1000)));
            agent.take(1, digest0, parameters(1));
            refused(agent, 1, "was sent without noise before");
        }
    }

    @Test
    void aPrivateModelSendsNothingUnderAPolicyWithoutPrivacy() throws IOException {
        TestFederation federation = TestFederation.secret(PARAMETERS, 1, 1000);
        TestAgent agent = TestAgent.create(federation, directory.resolve("party"), "silo-1");
        Digest digest0 = agent.initial();
        agent.outbox.submit(request(0));
        federation.documents.add(federation.policy(3, 0.5));
        agent.learn(federation.policy(3, 0.5));
        agent.take(1, digest0, parameters(1));
        refused(agent, 1, "private from its beginning or not at all");
        agent.close();
        agent = TestAgent.open(federation, agent.party);
        refused(agent, 1, "private from its beginning or not at all");
        assertThat(agent.spentBy(1)).isEmpty();
        agent.learn(federation.policy(4, TestFederation.privatePolicy(1, 1000)));
        agent.outbox.submit(request(1));
        agent.close();
    }

    @Test
    void aPrivatePolicyForAModelWithMetricsIsRefused() throws IOException {
        TestFederation federation = new TestFederation(PARAMETERS);
        try (TestAgent agent = TestAgent.create(federation, directory.resolve("party"), "silo-1")) {
            agent.initial();
            agent.learn(federation.policy(2, TestFederation.privatePolicy(1, 1000)));
            assertThatThrownBy(() -> agent.outbox.submit(agent.request(0, new float[PARAMETERS])))
                    .isInstanceOfSatisfying(
                            RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_FIELD))
                    .hasMessageContaining("names metrics, the first loss");
            assertThat(agent.database.updates().all()).isEmpty();
        }
    }

    @Test
    void theAgentsStatusSaysWhatIsSpentAndWhatRemains() throws IOException {
        double epsilon = ConcentratedPrivacy.epsilon(3.5 * rho(1), DELTA);
        TestFederation federation = TestFederation.secret(PARAMETERS, 1, epsilon);
        PartyDirectory party = federation.party(directory.resolve("party"), "silo-1", "127.0.0.1:1");
        try (TestAgent before = TestAgent.open(federation, party)) {
            before.initial();
            before.outbox.submit(request(0));
        }
        try (Agent agent = Agent.start(party);
                Silo silo = Silo.connect(party.root())) {
            assertThat(silo.agentStatus().budgets()).singleElement().satisfies(budget -> {
                assertThat(budget.model()).isEqualTo(TestFederation.MODEL);
                assertThat(budget.epsilon()).isEqualTo(epsilon);
                assertThat(budget.delta()).isEqualTo(1e-6);
                assertThat(budget.spentEpsilon()).isCloseTo(ConcentratedPrivacy.epsilon(rho(1), DELTA), within(1e-9));
                assertThat(budget.remainingUpdates()).isEqualTo(2);
            });
            assertThat(agent.health()).isNotNull();
        }
    }

    /** What one update costs: at least 1 / (2 z^2), and little more. */
    private static double rho(double noiseMultiplier) {
        double rho = TestFederation.secret(PARAMETERS, noiseMultiplier, 1)
                .privacy()
                .orElseThrow()
                .accountant()
                .rho();
        assertThat(rho)
                .isBetween(0.49 / (noiseMultiplier * noiseMultiplier), 0.5001 / (noiseMultiplier * noiseMultiplier));
        return rho;
    }

    private static void refused(TestAgent agent, long base, String why) throws IOException {
        int before = agent.database.updates().all().size();
        assertThatThrownBy(() -> agent.outbox.submit(request(base)))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUDGET_SPENT))
                .hasMessageContaining(why);
        assertThat(agent.database.updates().all()).hasSize(before);
        try (Stream<Path> left = Files.list(agent.party.outbox())) {
            assertThat(left).hasSize(before);
        }
    }

    private static UpdateRequest request(long base) {
        float[] delta = new float[PARAMETERS];
        delta[3] = 0.5f;
        return new UpdateRequest(TestFederation.MODEL, base, delta, 50, Map.of());
    }

    private static float[] parameters(int version) {
        float[] parameters = new float[PARAMETERS];
        parameters[1] = version / 10f;
        return parameters;
    }
}
