package org.silofold.demo.heart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.silofold.protocol.optimize.OptimizerKind;

/** Masking costs no accuracy: the same seeds and schedule give the same curve with and without it. */
class MaskedEqualsPlainTest {
    /** Bound on one mean's error in units of the clip. */
    private static final double BOUND = 0x1p-18;
    /** Bound on a parameter's drift after all versions; adaptive steps magnify the error of a small mean. */
    private static final double DRIFT = 0x1p-15;

    private final HeartDisease data = HeartDisease.load();

    @Test
    void fedYogiHasTheSameCurveForEverySeed() {
        for (long seed : ReferenceTable.SEEDS) {
            assertSameCurve(FederationSettings.defaults(OptimizerKind.FEDYOGI, seed));
        }
    }

    @ParameterizedTest
    @EnumSource(OptimizerKind.class)
    void everyOptimiserHasTheSameCurveWithEverybodyInTheCohort(OptimizerKind kind) {
        assertSameCurve(FederationSettings.defaults(kind, 7).withBuffer(4));
    }

    private void assertSameCurve(FederationSettings settings) {
        MaskedAggregation aggregation = new MaskedAggregation(settings.seed());
        List<ReferenceVersion> masked = FederatedReference.run(data, settings, aggregation);
        List<ReferenceVersion> plain = FederatedReference.run(data, settings, Aggregation.plain());
        assertThat(aggregation.largestError()).isPositive().isLessThanOrEqualTo(BOUND);
        assertThat(masked).hasSameSizeAs(plain);
        for (int v = 0; v < plain.size(); v++) {
            assertSame(masked.get(v), plain.get(v));
        }
    }

    private static void assertSame(ReferenceVersion masked, ReferenceVersion plain) {
        assertThat(masked.time()).isEqualTo(plain.time());
        for (Hospital hospital : Hospital.values()) {
            Evaluation with = masked.test().get(hospital);
            Evaluation without = plain.test().get(hospital);
            assertThat(with.correct())
                    .as("right answers at %s, version %d", hospital, plain.version())
                    .isEqualTo(without.correct());
            assertThat(with.loss()).isCloseTo(without.loss(), within(1e-4));
        }
        for (int i = 0; i < plain.parameters().length; i++) {
            assertThat(masked.parameters()[i])
                    .as("parameter %d, version %d", i, plain.version())
                    .isCloseTo(plain.parameters()[i], within((float) DRIFT));
        }
    }
}
