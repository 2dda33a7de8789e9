package org.silofold.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.PublishCommand;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.UpdateRef;

/** Follows the commands as a shard of the fold does, and compares every opened sum with the plain one. */
final class SumCheck {
    private final Map<UpdateKey, MadeUpdate> updates;
    private final TreeMap<Long, TreeSet<UpdateKey>> sums = new TreeMap<>();
    private final Map<Long, TreeSet<UpdateKey>> opened = new HashMap<>();

    /** @param updates every update by key, as its shards have it; filled while the run goes on */
    SumCheck(Map<UpdateKey, MadeUpdate> updates) {
        this.updates = updates;
    }

    SumCheck copy() {
        SumCheck copy = new SumCheck(updates);
        sums.forEach((accumulator, keys) -> copy.sums.put(accumulator, new TreeSet<>(keys)));
        opened.forEach((version, keys) -> copy.opened.put(version, new TreeSet<>(keys)));
        return copy;
    }

    void apply(FoldCommand command) {
        if (command instanceof FoldCommand.Join join) {
            assertThat(sums.values()).as("in one sum at a time").noneMatch(sum -> sum.contains(join.update()));
            sums.computeIfAbsent(join.accumulator(), number -> new TreeSet<>()).add(join.update());
        } else if (command instanceof FoldCommand.Leave leave) {
            assertThat(sums.get(leave.accumulator()).remove(leave.update())).isTrue();
        } else if (command instanceof FoldCommand.Discard discard) {
            sums.remove(discard.accumulator());
        } else if (command instanceof FoldCommand.Open open) {
            open(open);
        }
    }

    private void open(FoldCommand.Open open) {
        TreeSet<UpdateKey> keys = sums.remove(open.accumulator());
        assertThat(keys).hasSize(open.cohortSize());
        List<MadeUpdate> cohort = keys.stream().map(updates::get).toList();
        assertThat(open.secretSum())
                .as("the opened sum of secrets")
                .isEqualTo(SmallRing.sum(cohort.stream().map(MadeUpdate::secret).toList()));
        int[] sum = SmallRing.open(
                open.terms().context(),
                0,
                open.secretSum(),
                cohort.stream().map(MadeUpdate::block).toList());
        for (int i = 0; i < sum.length; i++) {
            int at = i;
            int plain = cohort.stream().mapToInt(update -> update.values()[at]).sum();
            assertThat(Math.abs(sum[i] - plain))
                    .as("opened minus plain sum")
                    .isLessThanOrEqualTo(SmallRing.SET.noiseTail() * cohort.size());
        }
        opened.put(open.version(), keys);
    }

    void publish(PublishCommand command) {
        if (command.version() == 0) {
            return;
        }
        TreeSet<UpdateKey> keys = new TreeSet<>();
        int hundredths = 0;
        for (UpdateRef ref : command.cohort()) {
            keys.add(UpdateKey.of(ref));
            hundredths += updates.get(UpdateKey.of(ref)).hundredths();
        }
        assertThat(opened.remove(command.version())).isEqualTo(keys);
        assertThat(Math.round(command.sumOfWeights() * 100)).isEqualTo(hundredths);
    }
}
