package org.silofold.job.ingest;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Privacy;
import org.silofold.protocol.registry.TensorSpec;

/** The job takes no registry with which it could not make a version. */
class ModelRegistriesTest {
    private static final Context DOCUMENT = new Context(
            Context.VERSION,
            Suite.ML_KEM_768_ML_DSA_65.text(),
            "fed",
            0,
            Digest.ZERO,
            0,
            "heart",
            "authority",
            Purpose.POLICY);

    @Test
    void privacyAndMetricsDoNotGoTogether() {
        assertThatCode(() -> ModelRegistries.requireWorkable(policy(1.0), spec(List.of())))
                .doesNotThrowAnyException();
        assertThatThrownBy(
                        () -> ModelRegistries.requireWorkable(policy(1.0), spec(List.of(new MetricSpec("loss", 0, 1)))))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("names metrics, the first loss");
    }

    @Test
    void privacyThatDoesNotFitTheRingIsRefused() {
        assertThatThrownBy(() -> ModelRegistries.requireWorkable(policy(1e-9), spec(List.of())))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("at least 64 units wide");
    }

    private static ModelSpec spec(List<MetricSpec> metrics) {
        return new ModelSpec(DOCUMENT, 1, List.of(new TensorSpec("w", List.of(40))), metrics, Digest.ZERO);
    }

    private static Policy policy(double noiseMultiplier) {
        return new Policy(
                DOCUMENT,
                1,
                0,
                2,
                4,
                2,
                1000,
                1,
                0,
                0,
                2,
                60_000,
                1000,
                1000,
                2,
                List.of(DOCUMENT.suite()),
                "MASK-2048-32",
                1,
                "uniform",
                100,
                0,
                1,
                "fedavg",
                1,
                0.9,
                0.99,
                0.001,
                0,
                "",
                Optional.of(new Privacy(1, noiseMultiplier, 0, 8, 1e-6)));
    }
}
