package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.silofold.job.coordinate.Federation.Knobs;
import org.silofold.job.event.CoordinatorEvent.RegistryChanged;
import org.silofold.job.event.CoordinatorEvent.VoidOrdered;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.VoidOrder;
import org.silofold.protocol.message.ModelManifest.PrivacySpent;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.privacy.PrivacyAccountant;
import org.silofold.protocol.privacy.PrivateEncoding;
import org.silofold.protocol.registry.Privacy;

/** Under a private policy the mean divides by the number of silos, and manifests say what privacy is spent. */
class PrivacyRulesTest {
    private static final double DELTA = 1e-6;

    /** The desk's model and policy: 400 000 parameters, clip 1, cohorts of 2 to 16. */
    private static final PrivateEncoding ENCODING =
            PrivateEncoding.of(new Encoding(ParameterSet.MASK_2048_32, 1, 16), 1, 1, 2, 0, 400_000);

    private static final PrivacyAccountant ACCOUNTANT = PrivacyAccountant.of(ENCODING);

    private final Desk desk = Desk.started(4, Knobs.plain(2));

    @BeforeEach
    void ask() {
        ask(1000);
    }

    private void ask(double epsilon) {
        desk.federation.ask(new Privacy(1, 1, 0, epsilon, DELTA));
        desk.federation.allowVoids(4);
        desk.federation.nextPolicy();
        desk.on(new RegistryChanged(desk.federation.registry()));
    }

    private void makeVersion() {
        desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc");
    }

    @Test
    void theSumIsDividedByTheNumberOfSilosWhateverWeightsItOpensTo() {
        makeVersion();
        double divisor = desk.lastPublish().sumOfWeights();
        // A unit of the mean is 1 / (s k) of the sum's: MeanDecoder multiplies by C / M over the divisor.
        double perUnit = 1.0 / new Encoding(ParameterSet.MASK_2048_32, 1, 16).scale() / divisor;
        assertThat(perUnit).isCloseTo(1 / (ENCODING.scale() * 2), within(1e-15));
        assertThat(desk.fold)
                .filteredOn(FoldCommand.Open.class::isInstance)
                .extracting(command -> ((FoldCommand.Open) command).sumOfWeights())
                .containsExactly(divisor);
    }

    @Test
    void everyVersionSaysWhatTheSiloInAllOfThemMayHaveSpent() {
        makeVersion();
        assertThat(desk.lastPublish().privacy()).contains(new PrivacySpent(ACCOUNTANT.epsilon(1, DELTA), DELTA));
        desk.publishLast();
        desk.on(new VoidOrdered(new VoidOrder(2, desk.state.versionDigests().get(1L), Federation.digest("order"))));
        assertThat(desk.lastPublish().voidVersion()).isPresent();
        assertThat(desk.lastPublish().privacy())
                .as("an update from version 1 may have been sent and lost")
                .contains(new PrivacySpent(ACCOUNTANT.epsilon(2, DELTA), DELTA));
        desk.publishLast();
        makeVersion();
        assertThat(desk.lastPublish().privacy()).contains(new PrivacySpent(ACCOUNTANT.epsilon(3, DELTA), DELTA));
    }

    @Test
    void noSiloSpendsMoreThanItsBudget() {
        double budget = ACCOUNTANT.epsilon(1, DELTA) / 2;
        ask(budget);
        makeVersion();
        assertThat(desk.lastPublish().privacy()).contains(new PrivacySpent(budget, DELTA));
    }

    @Test
    void aPolicyThatCountsLessLowersNoFigure() {
        makeVersion();
        PrivacySpent said = desk.lastPublish().privacy().orElseThrow();
        desk.publishLast();
        desk.state = StateCodec.decode(StateCodec.encode(desk.state));
        desk.federation.ask(new Privacy(1, 8, 0, 1000, DELTA));
        desk.federation.nextPolicy();
        desk.on(new RegistryChanged(desk.federation.registry()));
        makeVersion();
        assertThat(desk.lastPublish().version()).isEqualTo(2);
        assertThat(desk.lastPublish().privacy()).contains(said);
    }

    @Test
    void theTermsKeepTheirPrivacyInState() {
        desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.state = StateCodec.decode(StateCodec.encode(desk.state));
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc");
        assertThat(List.of(desk.lastPublish().privacy().orElseThrow().epsilon()))
                .containsExactly(ACCOUNTANT.epsilon(1, DELTA));
    }
}
