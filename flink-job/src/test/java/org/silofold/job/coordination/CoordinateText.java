package org.silofold.job.coordination;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.silofold.job.config.KeyFiles;
import org.silofold.job.config.Party;
import org.silofold.job.coordinate.CoordinatorText;
import org.silofold.job.event.ModelEvent;
import org.silofold.job.event.ShardCommand;
import org.silofold.job.savepoint.KeyedState;
import org.silofold.job.types.ContextSerializer;

/** What coordinate holds, as lines of text. */
public final class CoordinateText {
    private CoordinateText() {}

    /** The lines of a state that coordinate restores. */
    public static List<String> lines(OperatorSubtaskState state, Party party, KeyFiles files) throws Exception {
        List<String> lines = new ArrayList<>();
        KeyedOneInputStreamOperatorTestHarness<String, ModelEvent, ShardCommand> harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new KeyedProcessOperator<>(new CoordinateFunction(party, files, 900_000)),
                        ModelEvent::model,
                        Types.STRING,
                        KeyedState.KEY_GROUPS,
                        1,
                        0);
        try {
            harness.initializeState(state);
            harness.open();
            KeyedState<String> keyed = new KeyedState<>(harness.getOperator());
            for (String model : keyed.keys("coordinator")) {
                lines.add("model " + model);
                lines.addAll(CoordinatorText.lines(
                        keyed.of(model, new ValueStateDescriptor<>("coordinator", CoordinatorStateSerializer.INSTANCE))
                                .value()));
                lines.add("shards "
                        + keyed.of(model, new ValueStateDescriptor<>("shards", IntSerializer.INSTANCE))
                                .value());
                lines.add("context "
                        + keyed.of(model, new ValueStateDescriptor<>("context", ContextSerializer.INSTANCE))
                                .value());
            }
        } finally {
            harness.close();
        }
        return lines;
    }
}
