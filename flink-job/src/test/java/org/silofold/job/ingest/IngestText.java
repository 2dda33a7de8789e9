package org.silofold.job.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.silofold.job.config.JobConfig;
import org.silofold.job.event.RawRecord;
import org.silofold.job.event.ShardPayload;
import org.silofold.job.savepoint.KeyedState;
import org.silofold.job.savepoint.Sha256;
import org.silofold.job.types.DigestSerializer;
import org.silofold.protocol.message.Digest;

/** What the registry's operator and verify-unwrap hold, as lines of text. */
public final class IngestText {
    private IngestText() {}

    /** The lines of a state that the registry's operator restores: its documents, each verified again. */
    public static List<String> registry(OperatorSubtaskState state, JobConfig config) throws Exception {
        List<String> lines = new ArrayList<>();
        OneInputStreamOperatorTestHarness<RawRecord, RawRecord> harness = new OneInputStreamOperatorTestHarness<>(
                new ProcessOperator<>(new RegistryFunction(config.party(), config.keyFiles())));
        try {
            harness.initializeState(state);
            harness.open();
            Iterable<byte[]> documents = harness.getOperator()
                    .getOperatorStateBackend()
                    .getListState(new ListStateDescriptor<>("documents", BytePrimitiveArraySerializer.INSTANCE))
                    .get();
            documents.forEach(document -> lines.add("document " + Sha256.of(document)));
        } finally {
            harness.close();
        }
        lines.add("documents " + lines.size());
        return lines;
    }

    /** The lines of a state that verify-unwrap restores, of the broadcast documents and of what was seen by key. */
    public static List<String> verified(OperatorSubtaskState state, JobConfig config) throws Exception {
        List<String> lines = new ArrayList<>();
        KeyedBroadcastOperatorTestHarness<String, RawRecord, RawRecord, ShardPayload> harness =
                new KeyedBroadcastOperatorTestHarness<>(
                        new CoBroadcastWithKeyedOperator<>(
                                new VerifyUnwrapFunction(config.party(), config.keyFiles(), config),
                                List.of(VerifyUnwrapFunction.REGISTRY)),
                        new IngestKey(config.party()),
                        Types.STRING,
                        KeyedState.KEY_GROUPS,
                        1,
                        0);
        try {
            harness.initializeState(state);
            harness.open();
            TreeMap<Integer, String> documents = new TreeMap<>();
            for (Map.Entry<Integer, byte[]> document :
                    harness.getBroadcastState(VerifyUnwrapFunction.REGISTRY).entries()) {
                documents.put(document.getKey(), Sha256.of(document.getValue()));
            }
            documents.forEach((number, document) -> lines.add("document " + number + " " + document));
            lines.add("documents " + documents.size());
            KeyedState<String> keyed = new KeyedState<>(harness.getOperator());
            for (String update : keyed.keys("forget-at")) {
                lines.addAll(seen(keyed, update));
            }
            lines.add("parked " + keyed.keys("park-deadline"));
        } finally {
            harness.close();
        }
        return lines;
    }

    private static List<String> seen(KeyedState<String> keyed, String update) throws Exception {
        List<String> lines = new ArrayList<>();
        lines.add("of " + update + " until "
                + keyed.of(update, new ValueStateDescriptor<>("forget-at", LongSerializer.INSTANCE))
                        .value());
        Digest manifest = keyed.of(update, new ValueStateDescriptor<>("seen-manifest", DigestSerializer.INSTANCE))
                .value();
        lines.add("of " + update + " manifest " + (manifest == null ? "none" : manifest.hex()));
        TreeMap<Integer, String> shards = new TreeMap<>();
        for (Map.Entry<Integer, Digest> shard : keyed.of(
                        update,
                        new MapStateDescriptor<>("seen-shards", IntSerializer.INSTANCE, DigestSerializer.INSTANCE))
                .entries()) {
            shards.put(shard.getKey(), shard.getValue().hex());
        }
        lines.add("of " + update + " shards " + shards);
        return lines;
    }
}
