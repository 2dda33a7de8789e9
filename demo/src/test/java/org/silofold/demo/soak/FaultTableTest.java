package org.silofold.demo.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultTableTest {
    @TempDir
    Path directory;

    private static Observed.Span span(int seconds, Map<String, Long> bySilo) {
        return new Observed.Span(Duration.ofSeconds(seconds), bySilo);
    }

    private static Observed flood(String silo, Observed.Span before, Observed.Span during) {
        return new Observed(FaultKind.FLOOD, Optional.of(silo), "flood", before, during, Duration.ofSeconds(3), before);
    }

    /** Silos a, b and c. */
    @Test
    void whatHitsOneSiloIsCountedForItAndForTheOthers() throws Exception {
        FaultTable table = new FaultTable(directory.resolve("faults.csv"), 3);
        table.add(flood("a", span(60, Map.of("a", 6L, "b", 6L, "c", 6L)), span(30, Map.of("b", 3L, "c", 5L))));
        table.add(flood("b", span(60, Map.of("a", 6L, "b", 6L, "c", 6L)), span(30, Map.of("a", 4L, "b", 2L, "c", 4L))));
        assertThat(table.lines().get(2).split("  +"))
                .containsExactly("flood from one silo", "2", "3.0", "3.0", "18", "18", "18", "6/2", "6/8");
        assertThat(Files.readAllLines(directory.resolve("faults.csv")))
                .element(1)
                .isEqualTo("flood,30.0,3.0,18,16,18,a,6,0,6,8,\"flood\"");
        assertThat(table.count()).isEqualTo(2);
    }

    @Test
    void whatHitsAllHasNoSilo() throws Exception {
        FaultTable table = new FaultTable(directory.resolve("faults.csv"), 3);
        Observed.Span span = span(60, Map.of("a", 6L));
        table.add(new Observed(
                FaultKind.BROKER_KILLED, Optional.empty(), "dead", span, span, Duration.ofSeconds(3), span));
        assertThat(table.lines().get(2).split("  +")).hasSize(7);
        assertThat(Files.readAllLines(directory.resolve("faults.csv")))
                .element(1)
                .isEqualTo("broker-killed,60.0,3.0,6,6,6,,,,,,\"dead\"");
    }
}
