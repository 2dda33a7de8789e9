package org.silofold.demo.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalTest {
    private final RunSummary run = SampleRun.of(5, true);

    @Test
    void finalTableHasARowAHospitalAndAColumnAMethod() {
        List<String> lines = TerminalTable.accuracy(run);
        assertThat(lines).hasSize(2 + 4 + 1);
        assertThat(lines.get(0))
                .contains("federated", " alone", " pooled", "published FedYogi", "published alone", "published pooled");
        assertThat(lines.get(2)).startsWith("cleveland").contains("0.760", "0.746", "0.783");
        assertThat(lines.get(6)).startsWith("mean").contains("0.732", "0.735");
        assertThat(lines).extracting(String::length).containsOnly(lines.get(0).length());
    }

    @Test
    void rowsOfTheWrongLengthAreRefused() {
        assertThatThrownBy(() -> TerminalTable.lines(List.of("a", "b"), List.of(List.of("1"))))
                .hasMessageContaining("1 cells");
    }

    @Test
    void versionLineNamesCohortAccuracyAndRates() {
        String line = new TerminalLines(false).version(run.timeline().get(4));
        assertThat(line).startsWith("v5 ").contains("va(-3)", "cl 0.", "mean 0.", "updates/s", "parameters/s");
        assertThat(line).doesNotContain("\033");
        assertThat(new TerminalLines(true).version(run.timeline().get(4))).contains("\033[1m");
    }

    @Test
    void progressBarFillsUp() {
        TerminalLines plain = new TerminalLines(false);
        assertThat(plain.progress(0, 20, "x")).isEqualTo("[" + ".".repeat(24) + "] 0/20 x");
        assertThat(plain.progress(10, 20, "x")).isEqualTo("[" + "#".repeat(12) + ".".repeat(12) + "] 10/20 x");
        assertThat(plain.progress(21, 20, "x")).startsWith("[" + "#".repeat(24) + "]");
        assertThat(plain.erase()).isEmpty();
        assertThat(new TerminalLines(true).progress(1, 2, "x")).startsWith("\r\033[K");
    }

    @Test
    void numbersAreShort() {
        assertThat(Numbers.compact(1_234_567)).isEqualTo("1.23M");
        assertThat(Numbers.compact(999.6)).isEqualTo("1k");
        assertThat(Numbers.compact(12.5)).isEqualTo("12.5");
        assertThat(Numbers.significant(0.003162)).isEqualTo("0.00316");
        assertThat(Numbers.significant(0)).isEqualTo("0");
        assertThat(Numbers.significant(1500)).isEqualTo("1500");
        assertThat(Numbers.powerOfTwo(0x1p-18)).isEqualTo("2^-18.0");
        assertThat(Numbers.twoTo(-18)).isEqualTo("2\u207b\u00b9\u2078");
    }
}
