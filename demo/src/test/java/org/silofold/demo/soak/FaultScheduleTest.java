package org.silofold.demo.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultScheduleTest {
    private static final int KINDS = FaultKind.values().length;
    private static final Duration LONGEST = Duration.ofMinutes(6);

    private static List<Fault> faults(long seed, int count) {
        FaultSchedule schedule = new FaultSchedule(seed, EnumSet.allOf(FaultKind.class), LONGEST);
        return Stream.generate(schedule::next).limit(count).toList();
    }

    @Test
    void followsFromItsSeedAlone() {
        assertThat(faults(7, 50)).isEqualTo(faults(7, 50)).isNotEqualTo(faults(8, 50));
    }

    @Test
    void everyKindComesOnceInEachRound() {
        List<Fault> faults = faults(7, 3 * KINDS);
        for (int round = 0; round < 3; round++) {
            assertThat(faults.subList(round * KINDS, (round + 1) * KINDS))
                    .extracting(Fault::kind)
                    .containsExactlyInAnyOrder(FaultKind.values());
        }
        assertThat(faults.subList(0, KINDS))
                .extracting(Fault::kind)
                .isNotEqualTo(faults.subList(KINDS, 2 * KINDS).stream()
                        .map(Fault::kind)
                        .toList());
    }

    @Test
    void onlyALineIsOutForLongerThanHalfAMinute() {
        assertThat(faults(7, 20 * KINDS)).allSatisfy(fault -> {
            boolean line = fault.kind().length() == FaultKind.Length.LONG;
            assertThat(fault.lasts()).isBetween(Duration.ZERO, line ? LONGEST : Duration.ofSeconds(30));
            assertThat(fault.pick()).isNotNegative();
        });
    }

    @Test
    void theFirstOutageOfALineIsTheLongestAndLaterOnesAreDrawn() {
        List<Fault> cuts = faults(7, 20 * KINDS).stream()
                .filter(fault -> fault.kind() == FaultKind.SILO_CUT_OFF)
                .toList();
        assertThat(cuts.get(0).lasts()).isEqualTo(LONGEST);
        assertThat(cuts.subList(1, cuts.size()))
                .extracting(Fault::lasts)
                .allSatisfy(lasts -> assertThat(lasts).isBetween(Duration.ofSeconds(10), LONGEST))
                .doesNotHaveDuplicates();
    }

    @Test
    void onlyWhatWasAskedFor() {
        FaultSchedule schedule = new FaultSchedule(1, EnumSet.of(FaultKind.FLOOD, FaultKind.RESCALE), LONGEST);
        assertThat(Stream.generate(schedule::next).limit(20))
                .extracting(Fault::kind)
                .containsOnly(FaultKind.FLOOD, FaultKind.RESCALE);
    }
}
