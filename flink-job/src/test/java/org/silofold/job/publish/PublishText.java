package org.silofold.job.publish;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.silofold.job.config.KeyFiles;
import org.silofold.job.config.Party;
import org.silofold.job.event.OutRecord;
import org.silofold.job.event.PublishInput;
import org.silofold.job.savepoint.KeyedState;

/** What publish holds, as lines of text. */
public final class PublishText {
    private PublishText() {}

    /** The lines of a state that publish restores. */
    public static List<String> lines(OperatorSubtaskState state, Party party, KeyFiles files) throws Exception {
        List<String> lines = new ArrayList<>();
        KeyedOneInputStreamOperatorTestHarness<String, PublishInput, OutRecord> harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new KeyedProcessOperator<>(new PublishFunction(party, files)),
                        PublishInput::model,
                        Types.STRING,
                        KeyedState.KEY_GROUPS,
                        1,
                        0);
        try {
            harness.initializeState(state);
            harness.open();
            KeyedState<String> keyed = new KeyedState<>(harness.getOperator());
            for (String model : keyed.keys("book")) {
                PublishBook book = keyed.of(model, new ValueStateDescriptor<>("book", PublishBookSerializer.INSTANCE))
                        .value();
                lines.add("model " + model);
                lines.add("audit entry " + book.auditSequence() + " after "
                        + book.auditHead().hex());
                lines.add("halted " + book.isHalted() + ", wanted "
                        + book.wanted().keySet() + ", done " + book.shards());
            }
        } finally {
            harness.close();
        }
        return lines;
    }
}
