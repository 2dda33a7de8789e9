package org.silofold.protocol.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;

class PrivacyAccountantTest {
    private static final Encoding PLAIN = new Encoding(ParameterSet.MASK_2048_32, 1, 16);
    private static final PrivateEncoding ENCODING = PrivateEncoding.of(PLAIN, 1, 8, 10, 2, 100_000);
    private static final double DELTA = 1e-6;

    @Test
    void manyUpdatesCostWhatOneOfLessNoiseDoes() {
        PrivacyAccountant accountant = PrivacyAccountant.of(ENCODING);
        // 64 updates at z = 8 are one at z = 1: no less than the exact Gaussian, near the conversion of rho = 1/2.
        double epsilon = accountant.epsilon(64, DELTA);
        assertThat(epsilon).isGreaterThan(AnalyticGaussian.epsilon(1, DELTA));
        assertThat(epsilon).isCloseTo(ConcentratedPrivacy.epsilon(0.5, DELTA), within(1e-3));
        assertThat(epsilon).isLessThan(1.25 * AnalyticGaussian.epsilon(1, DELTA));
        assertThat(accountant.epsilon(0, DELTA)).isZero();
    }

    @Test
    void fewerHonestSilosCostMoreAndAloneOnlyOnesOwnNoiseCounts() {
        double with8 = PrivacyAccountant.of(ENCODING).rho();
        assertThat(PrivacyAccountant.of(ENCODING, 1).rho()).isCloseTo(8 * with8, within(1e-9));
        assertThat(PrivacyAccountant.of(ENCODING, 4).rho()).isCloseTo(2 * with8, within(1e-9));
        PrivateEncoding colluding = PrivateEncoding.of(PLAIN, 1, 8, 10, 8, 100_000);
        // The policy's rho is the same, as each silo adds more when fewer count.
        assertThat(PrivacyAccountant.of(colluding).rho()).isCloseTo(with8, within(1e-4));
        assertThat(colluding.sigma() / colluding.scale() / (ENCODING.sigma() / ENCODING.scale()))
                .isCloseTo(2, within(1e-3));
    }

    @Property(tries = 60)
    void whatRemainsIsExactlyWhatTheBudgetPaysFor(
            @ForAll @LongRange(min = 0, max = 300) long spent,
            @ForAll @DoubleRange(min = 0.1, max = 12) double epsilon,
            @ForAll @DoubleRange(min = 4, max = 10) double decimals) {
        PrivacyAccountant accountant = PrivacyAccountant.of(ENCODING);
        double delta = Math.pow(10, -decimals);
        long remaining = accountant.remaining(spent, epsilon, delta);
        assertThat(accountant.epsilon(spent + remaining + 1, delta)).isGreaterThan(epsilon);
        if (remaining > 0) {
            assertThat(accountant.epsilon(spent + remaining, delta)).isLessThanOrEqualTo(epsilon);
        }
    }

    @Test
    void cutNoiseIsChargedAndADeltaThatCannotPayForItBuysNothing() {
        PrivacyAccountant accountant = PrivacyAccountant.of(ENCODING);
        assertThat(accountant.tail()).isCloseTo(1.6e6 * Math.exp(-84.5), within(1e-33));
        assertThat(accountant.epsilon(1, 1e-20)).isFinite();
        assertThat(accountant.epsilon(1, 1e-30)).isInfinite();
        assertThat(accountant.remaining(0, 1e9, 1e-30)).isZero();
    }

    @Test
    void refusesWhatIsNoCost() {
        assertThatThrownBy(() -> new PrivacyAccountant(-1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PrivacyAccountant(1, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PrivacyAccountant.of(ENCODING).epsilon(-1, DELTA))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PrivacyAccountant.of(ENCODING).epsilon(1, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
