package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.PublishCommand;
import org.silofold.job.event.UpdateKey;

/** Follows the commands as a shard of the fold does, and checks that they can be followed. */
final class SimulatedFold {
    private final Map<Long, Set<UpdateKey>> sums = new HashMap<>();
    private final Set<Long> certified = new HashSet<>();
    private final Set<UpdateKey> everCertified = new HashSet<>();
    private final Set<Long> discarded = new HashSet<>();
    private long applied = -1;
    private final Map<Long, FoldCommand.Open> opened = new HashMap<>();

    /** Another fold that has come as far as this one: what a checkpoint holds of it. */
    SimulatedFold copy() {
        SimulatedFold copy = new SimulatedFold();
        sums.forEach((accumulator, sum) -> copy.sums.put(accumulator, new TreeSet<>(sum)));
        copy.certified.addAll(certified);
        copy.everCertified.addAll(everCertified);
        copy.discarded.addAll(discarded);
        copy.applied = applied;
        copy.opened.putAll(opened);
        return copy;
    }

    void apply(FoldCommand command) {
        if (command instanceof FoldCommand.Join join) {
            assertThat(sums.values()).as("in one sum at a time").noneMatch(sum -> sum.contains(join.update()));
            assertThat(everCertified).doesNotContain(join.update());
            sums.computeIfAbsent(join.accumulator(), a -> new TreeSet<>()).add(join.update());
        } else if (command instanceof FoldCommand.Leave leave) {
            assertThat(certified).doesNotContain(leave.accumulator());
            assertThat(sums.get(leave.accumulator()).remove(leave.update())).isTrue();
        } else if (command instanceof FoldCommand.Certified sum) {
            assertThat(certified.add(sum.accumulator())).isTrue();
            for (UpdateKey update : sums.get(sum.accumulator())) {
                assertThat(everCertified.add(update))
                        .as("certified cohorts are disjoint")
                        .isTrue();
            }
        } else if (command instanceof FoldCommand.Discard discard) {
            sums.remove(discard.accumulator());
            discarded.add(discard.accumulator());
        } else if (command instanceof FoldCommand.Open open) {
            assertThat(certified).contains(open.accumulator());
            assertThat(sums.get(open.accumulator())).hasSize(open.cohortSize());
            FoldCommand.Open before = opened.put(open.version(), open);
            assertThat(before == null || discarded.contains(before.accumulator()))
                    .as("one candidate at a time")
                    .isTrue();
            assertThat(open.previousVersion()).isEqualTo(open.version() - 1);
            assertThat(open.previousVersion()).isEqualTo(applied);
        } else if (command instanceof FoldCommand.Apply apply) {
            assertThat(apply.version()).isEqualTo(++applied);
        } else if (command instanceof FoldCommand.Carry carry) {
            assertThat(carry.version()).isEqualTo(++applied);
        }
    }

    /** Checks that what is published was summed, and forgets the sum. */
    void publish(PublishCommand command) {
        if (!command.cohort().isEmpty()) {
            Set<UpdateKey> cohort =
                    command.cohort().stream().map(UpdateKey::of).collect(Collectors.toCollection(TreeSet::new));
            assertThat(sums.remove(opened.get(command.version()).accumulator())).isEqualTo(cohort);
        }
    }
}
