package org.silofold.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark runs once, and what the arithmetic ones measure is the real thing. */
class BenchmarksRunTest {
    private static final List<Class<?>> CLASSES = List.of(
            EncodeBenchmark.class,
            FoldBenchmark.class,
            KemBenchmark.class,
            PathBenchmark.class,
            PrivacyBenchmark.class,
            SealBenchmark.class,
            ShareBenchmark.class,
            SignBenchmark.class,
            YardstickBenchmark.class);

    @TestFactory
    Stream<DynamicTest> runs_once() {
        return CLASSES.stream().flatMap(type -> methods(type)
                .map(method -> DynamicTest.dynamicTest(name(method), () -> {
                    Object state = type.getConstructor().newInstance();
                    type.getMethod("setUp").invoke(state);
                    assertThat(method.invoke(state)).isNotNull();
                })));
    }

    @Test
    void jmh_finds_the_benchmarks_that_this_test_runs() {
        List<String> found = new ArrayList<>();
        BenchmarkList.defaultList()
                .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of())
                .forEach(entry -> found.add(entry.getUsername().substring("org.silofold.bench.".length())));
        assertThat(CLASSES.stream().flatMap(type -> methods(type).map(BenchmarksRunTest::name)))
                .containsExactlyInAnyOrderElementsOf(found);
    }

    @Test
    void the_opened_mean_is_the_plain_mean() {
        FoldBenchmark fold = new FoldBenchmark();
        fold.setUp();
        float[] mean = fold.decodeMeanShard();
        double[] plain = new double[mean.length];
        for (int silo = 0; silo < FoldBenchmark.COHORT; silo++) {
            float[] delta = Federation.delta(silo);
            for (int i = 0; i < plain.length; i++) {
                plain[i] += delta[i] / (double) FoldBenchmark.COHORT;
            }
        }
        double worst = 0;
        for (int i = 0; i < plain.length; i++) {
            worst = Math.max(worst, Math.abs(mean[i] - plain[i]));
        }
        // Error and rounding of one silo stay below T + 1 units, and so does their mean; 1e-7 is the float's own
        // rounding.
        double units = Federation.SET.noiseTail() + 1.0;
        assertThat(worst).isPositive().isLessThan(units * Federation.ENCODING.unit() + 1e-7);
    }

    @Test
    void ratios_are_of_what_was_measured() {
        assertThat(Figures.ratios(Map.of(
                        "SignBenchmark.sign",
                        new Figures.Time(5000, 900),
                        "SignBenchmark.verify",
                        new Figures.Time(400, 300))))
                .containsExactly(Map.entry("sign : verify", 3.0));
        assertThat(Figures.rate("FoldBenchmark.foldShard", 1000)).isEqualTo("196.6");
        assertThat(Figures.rate("EncodeBenchmark.maskBlock", 100)).isEqualTo("20.5");
        assertThat(Figures.rate("SignBenchmark.sign", 1)).isEqualTo("-");
    }

    private static Stream<Method> methods(Class<?> type) {
        return Stream.of(type.getMethods()).filter(method -> method.isAnnotationPresent(Benchmark.class));
    }

    private static String name(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }
}
