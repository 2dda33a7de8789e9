package org.silofold.demo.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MemoryTrendTest {
    private static final long MEBIBYTE = 1024;

    private static List<MemoryLog.Sample> rising(String part, long pid, int from, int to) {
        List<MemoryLog.Sample> samples = new ArrayList<>();
        for (int i = from; i < to; i++) {
            samples.add(new MemoryLog.Sample(1000L * i, part, pid, i * MEBIBYTE));
        }
        return samples;
    }

    @Test
    void comparesTheMediansOfThirds() {
        assertThat(MemoryTrend.of(rising("broker", 7, 0, 90)).values())
                .containsExactly(new MemoryTrend("broker", 15 * MEBIBYTE, 45 * MEBIBYTE, 75 * MEBIBYTE));
    }

    @Test
    void leavesOutAProcessThatDiedEarlyOrBeganLate() {
        List<MemoryLog.Sample> samples = rising("broker", 7, 0, 90);
        samples.addAll(rising("agent-1", 8, 0, 50));
        samples.addAll(rising("agent-1", 9, 50, 90));
        assertThat(MemoryTrend.of(samples)).containsOnlyKeys(7L);
    }

    @Test
    void aRowHasWhatIsResidentAndWhatIsAliveInTheHeap() {
        List<MemoryLog.Sample> resident = rising("broker", 7, 0, 90);
        List<String> lines = MemoryTrend.lines(resident, rising("broker", 7, 0, 9));
        assertThat(lines.get(2).split(" +")).containsExactly("broker", "15", "45", "75", "1", "4", "7");
        assertThat(MemoryTrend.lines(resident, List.of()).get(2).split(" +"))
                .containsExactly("broker", "15", "45", "75", "-", "-", "-");
    }

    @Test
    void theTotalOfAHistogramIsInKibibytes() {
        assertThat(LiveHeap.total(List.of(
                        "4711:",
                        " num     #instances         #bytes  class name",
                        "Total        512345       33554432")))
                .isEqualTo(OptionalLong.of(32 * MEBIBYTE));
        assertThat(LiveHeap.total(List.of("4711: No such process"))).isEmpty();
    }
}
