package org.silofold.job;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.streaming.api.datastream.BroadcastStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.silofold.job.config.JobConfig;
import org.silofold.job.config.JobOption;
import org.silofold.job.config.KeyFiles;
import org.silofold.job.config.Party;
import org.silofold.job.coordination.CoordinateFunction;
import org.silofold.job.event.FoldedShard;
import org.silofold.job.event.ModelEvent;
import org.silofold.job.event.OutRecord;
import org.silofold.job.event.PublishInput;
import org.silofold.job.event.RawRecord;
import org.silofold.job.event.Rejected;
import org.silofold.job.event.ShardCommand;
import org.silofold.job.event.ShardPayload;
import org.silofold.job.fold.FoldFunction;
import org.silofold.job.ingest.IngestKey;
import org.silofold.job.ingest.RegistryFunction;
import org.silofold.job.ingest.VerifyUnwrapFunction;
import org.silofold.job.io.Sinks;
import org.silofold.job.io.Sources;
import org.silofold.job.publish.PublishFunction;
import org.silofold.job.publish.SignRejections;
import org.silofold.job.publish.SignShards;
import org.silofold.job.types.JobTypes;

/**
 * The whole flow. Decisions (small) and payloads (large) travel apart and meet in the fold. There is no loop: committee and silos close it
 * through Kafka, where the job also reads its own requests and manifests back.
 */
public final class AggregationTopology {
    private AggregationTopology() {}

    /** Adds the job's operators and settings to the environment. */
    public static void build(StreamExecutionEnvironment env, JobConfig config) {
        JobSettings.apply(env, config);
        int wide = Math.toIntExact(config.number(JobOption.PARALLELISM));
        Party party = config.party();
        KeyFiles keys = config.keyFiles();
        Sources sources = new Sources(config);
        Sinks sinks = new Sinks(config);

        SingleOutputStreamOperator<RawRecord> registry = source(
                        env, sources.registry(), "registry", Uids.SOURCE_REGISTRY, 1)
                .process(new RegistryFunction(party, keys), JobTypes.RAW)
                .uid(Uids.REGISTRY)
                .name("registry")
                .setParallelism(1)
                .setMaxParallelism(1);
        BroadcastStream<RawRecord> documents = registry.broadcast(VerifyUnwrapFunction.REGISTRY);

        DataStream<RawRecord> records = source(env, sources.updates(), "updates", Uids.SOURCE_UPDATES, wide)
                .union(
                        source(env, sources.facts(), "manifests, receipts, votes, responses", Uids.SOURCE_FACTS, 1),
                        source(env, sources.initialModels(), "initial models", Uids.SOURCE_INITIAL_MODELS, 1),
                        source(env, sources.ownLog(), "own requests and manifests", Uids.SOURCE_OWN_LOG, 1));

        SingleOutputStreamOperator<ShardPayload> verified = records.keyBy(new IngestKey(party), Types.STRING)
                .connect(documents)
                .process(new VerifyUnwrapFunction(party, keys, config), JobTypes.PAYLOAD)
                .uid(Uids.VERIFY_UNWRAP)
                .name("verify-unwrap")
                .setParallelism(wide);

        SingleOutputStreamOperator<ShardCommand> commands = verified.getSideOutput(VerifyUnwrapFunction.EVENTS)
                .union(registry.getSideOutput(RegistryFunction.EVENTS))
                .keyBy(ModelEvent::model, Types.STRING)
                .process(
                        new CoordinateFunction(party, keys, config.number(JobOption.TRANSACTION_TIMEOUT)),
                        JobTypes.COMMAND)
                .uid(Uids.COORDINATE)
                .name("coordinate")
                .setParallelism(1);

        SingleOutputStreamOperator<FoldedShard> folded = verified.keyBy(ShardPayload::place, JobTypes.PLACE)
                .connect(commands.keyBy(ShardCommand::place, JobTypes.PLACE))
                .process(new FoldFunction(), JobTypes.FOLDED)
                .uid(Uids.FOLD)
                .name("fold")
                .setParallelism(wide);

        SingleOutputStreamOperator<OutRecord> shards = folded.process(new SignShards(party, keys), JobTypes.OUT)
                .uid(Uids.SIGN_SHARDS)
                .name("sign shards")
                .setParallelism(wide);

        DataStream<OutRecord> published = folded.getSideOutput(FoldFunction.DONE)
                .union(commands.getSideOutput(CoordinateFunction.PUBLISH))
                .keyBy(PublishInput::model, Types.STRING)
                .process(new PublishFunction(party, keys), JobTypes.OUT)
                .uid(Uids.PUBLISH)
                .name("publish")
                .setParallelism(1);

        DataStream<Rejected> rejected = verified.getSideOutput(VerifyUnwrapFunction.REJECTED)
                .union(registry.getSideOutput(RegistryFunction.REJECTED));

        shards.sinkTo(sinks.models()).uid(Uids.SINK_MODELS).name("models").setParallelism(wide);
        published
                .union(commands.getSideOutput(CoordinateFunction.DECISIONS))
                .sinkTo(sinks.decisions())
                .uid(Uids.SINK_DECISIONS)
                .name("requests, model manifests, fates, audit")
                .setParallelism(1);
        rejected.transform("sign rejections", JobTypes.OUT, new SignRejections(party, keys))
                .uid(Uids.SIGN_REJECTIONS)
                .setParallelism(1)
                .sinkTo(sinks.rejections())
                .uid(Uids.SINK_REJECTIONS)
                .name("rejections")
                .setParallelism(1);
    }

    private static SingleOutputStreamOperator<RawRecord> source(
            StreamExecutionEnvironment env, KafkaSource<RawRecord> source, String name, String uid, int parallelism) {
        return env.fromSource(source, WatermarkStrategy.noWatermarks(), name, JobTypes.RAW)
                .uid(uid)
                .setParallelism(parallelism);
    }
}
