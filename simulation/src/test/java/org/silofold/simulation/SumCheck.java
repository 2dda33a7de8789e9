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
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.params.ParameterSet;

/** Follows the commands as a shard of the fold does, and compares every opened sum with the plain one. */
final class SumCheck {
    private final SimulatedRing ring;
    private final Map<UpdateKey, MadeUpdate> updates;
    private final TreeMap<Long, TreeSet<UpdateKey>> sums = new TreeMap<>();
    private final Map<Buffer, Opened> opened = new HashMap<>();

    /** A cohort that was opened, and whether all its sums are within bounds. */
    private record Opened(TreeSet<UpdateKey> cohort, boolean sound) {}

    /** @param updates every update by key, as its shards have it; filled while the run goes on */
    SumCheck(SimulatedRing ring, Map<UpdateKey, MadeUpdate> updates) {
        this.ring = ring;
        this.updates = updates;
    }

    SumCheck copy() {
        SumCheck copy = new SumCheck(ring, updates);
        sums.forEach((accumulator, keys) -> copy.sums.put(accumulator, new TreeSet<>(keys)));
        copy.opened.putAll(opened);
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
        ParameterSet set = ring.set();
        assertThat(open.secretSum())
                .as("the opened sum of secrets")
                .isEqualTo(SimulatedRing.sum(
                        set, cohort.stream().map(MadeUpdate::secret).toList()));
        int[] sum = SimulatedRing.open(
                set,
                open.terms().context(),
                0,
                open.secretSum(),
                cohort.stream().map(MadeUpdate::block).toList());
        long bound = (long) cohort.size() * (ring.range() + set.noiseTail());
        boolean sound = true;
        for (int i = 0; i < sum.length; i++) {
            int at = i;
            int plain = cohort.stream().mapToInt(update -> update.values()[at]).sum();
            if (Math.abs(sum[i] - plain) > set.noiseTail() * cohort.size()) {
                throw new AssertionError("parameter " + i + ": opened sum " + sum[i] + ", plain sum " + plain);
            }
            sound &= Math.abs(sum[i]) <= bound;
        }
        opened.put(new Buffer(open.version(), open.attempt()), new Opened(keys, sound));
    }

    /** Whether a version may come out: all its sums are within bounds. Its cohort and weights must be those of the updates in it. */
    boolean isSound(PublishCommand command) {
        if (command.cohort().isEmpty()) {
            return true;
        }
        TreeSet<UpdateKey> keys = new TreeSet<>();
        int hundredths = 0;
        for (UpdateRef ref : command.cohort()) {
            keys.add(UpdateKey.of(ref));
            hundredths += updates.get(UpdateKey.of(ref)).hundredths();
        }
        Opened cohort = opened.get(command.buffer());
        assertThat(cohort.cohort()).isEqualTo(keys);
        assertThat(Math.round(command.sumOfWeights() * 100)).isEqualTo(hundredths);
        return cohort.sound();
    }
}
