package org.silofold.job.fold;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.silofold.job.event.FoldedShard;
import org.silofold.job.event.ShardCommand;
import org.silofold.job.event.ShardPayload;
import org.silofold.job.event.ShardPlace;
import org.silofold.job.savepoint.KeyedState;
import org.silofold.job.savepoint.Sha256;
import org.silofold.job.types.JobTypes;
import org.silofold.job.types.UpdateKeySerializer;

/** What fold holds, as lines of text. */
public final class FoldText {
    private FoldText() {}

    /** The lines of a state that fold restores. */
    public static List<String> lines(OperatorSubtaskState state) throws Exception {
        List<String> lines = new ArrayList<>();
        KeyedTwoInputStreamOperatorTestHarness<ShardPlace, ShardPayload, ShardCommand, FoldedShard> harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new KeyedCoProcessOperator<>(new FoldFunction()),
                        ShardPayload::place,
                        ShardCommand::place,
                        JobTypes.PLACE,
                        KeyedState.KEY_GROUPS,
                        1,
                        0);
        try {
            harness.initializeState(state);
            harness.open();
            KeyedState<ShardPlace> keyed = new KeyedState<>(harness.getOperator());
            for (ShardPlace place : keyed.keys("book")) {
                lines.add("shard " + place.index() + " of " + place.model());
                lines.addAll(shard(keyed, place));
            }
        } finally {
            harness.close();
        }
        return lines;
    }

    private static List<String> shard(KeyedState<ShardPlace> keyed, ShardPlace place) throws Exception {
        List<String> lines = new ArrayList<>();
        ShardModel model = keyed.of(place, new ValueStateDescriptor<>("model", ShardModelSerializer.INSTANCE))
                .value();
        lines.add("version " + model.version() + " in " + model.shardCount() + " shards");
        lines.add("parameters " + Sha256.of(model.parameters()));
        lines.add("first moment " + Sha256.of(model.firstMoment()));
        lines.add("second moment " + Sha256.of(model.secondMoment()));
        Candidate candidate = keyed.of(place, new ValueStateDescriptor<>("candidate", CandidateSerializer.INSTANCE))
                .value();
        lines.add("candidate " + (candidate != null));
        lines.addAll(held(
                "staged",
                keyed.of(
                                place,
                                new MapStateDescriptor<>(
                                        "staged", UpdateKeySerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE))
                        .entries(),
                Sha256::of));
        lines.addAll(held(
                "sum",
                keyed.of(place, new MapStateDescriptor<>("sums", LongSerializer.INSTANCE, WordsSerializer.INSTANCE))
                        .entries(),
                Sha256::of));
        FoldBook book = keyed.of(place, new ValueStateDescriptor<>("book", FoldBookSerializer.INSTANCE))
                .value();
        book.accounts()
                .forEach((number, account) -> lines.add("account " + number + " has " + account.added + ", waits for "
                        + account.waiting + ", certified " + account.certified() + ", open "
                        + account.open().isPresent()));
        lines.add("applied " + book.applied() + ", carried " + book.carried().keySet() + ", ended " + book.ended());
        return lines;
    }

    /** How a value is shown. */
    @FunctionalInterface
    private interface Shown<V> {
        String of(V value);
    }

    private static <K, V> List<String> held(String what, Iterable<Map.Entry<K, V>> entries, Shown<V> shown) {
        TreeMap<String, String> lines = new TreeMap<>();
        entries.forEach(entry ->
                lines.put(entry.getKey().toString(), what + " " + entry.getKey() + " " + shown.of(entry.getValue())));
        List<String> all = new ArrayList<>(lines.values());
        all.add(what + " " + lines.size());
        return all;
    }
}
