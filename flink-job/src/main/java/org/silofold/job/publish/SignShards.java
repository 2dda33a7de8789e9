package org.silofold.job.publish;

import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.silofold.job.config.KeyFiles;
import org.silofold.job.config.Party;
import org.silofold.job.event.FoldedShard;
import org.silofold.job.event.OutRecord;
import org.silofold.job.metrics.JobMetrics;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.Purpose;
import org.silofold.schemas.Topics;

/** Signs shards where they were made, so that large bytes pass one machine only. Holds no state. */
public final class SignShards extends ProcessFunction<FoldedShard, OutRecord> {
    private final Party party;
    private final KeyFiles files;
    private transient Topics topics;
    private transient Signer signer;
    private transient JobMetrics metrics;

    /**
     * @param party who signs
     * @param files where the key is
     */
    public SignShards(Party party, KeyFiles files) {
        this.party = party;
        this.files = files;
    }

    @Override
    public void open(OpenContext context) {
        topics = new Topics(party.topicPrefix());
        signer = new Signer(files);
        metrics = new JobMetrics(getRuntimeContext().getMetricGroup());
    }

    @Override
    public void processElement(FoldedShard shard, Context ctx, Collector<OutRecord> out) {
        String model = shard.context().model();
        Digest digest = Digest.sha256(shard.parameters());
        ModelShard message = new ModelShard(
                shard.context().withPurpose(Purpose.MODEL_SHARD),
                shard.version(),
                shard.index(),
                shard.shardCount(),
                digest);
        out.collect(signer.sign(
                topics.models(), Optional.of(Topics.modelShardKey(model, shard.index())), message, shard.parameters()));
        metrics.version(model, shard.version());
    }

    @Override
    public void close() {
        if (signer != null) {
            signer.close();
        }
    }
}
