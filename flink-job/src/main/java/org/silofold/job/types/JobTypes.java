package org.silofold.job.types;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.silofold.job.event.FoldedShard;
import org.silofold.job.event.ModelEvent;
import org.silofold.job.event.OutRecord;
import org.silofold.job.event.PublishInput;
import org.silofold.job.event.RawRecord;
import org.silofold.job.event.Rejected;
import org.silofold.job.event.ShardCommand;
import org.silofold.job.event.ShardPayload;
import org.silofold.job.event.ShardPlace;

/** The types of the job's streams and keys. */
public final class JobTypes {
    /** Kafka records. */
    public static final TypeInformation<RawRecord> RAW = new ValueType<>(RawRecord.class, RawRecordSerializer.INSTANCE);
    /** Bytes for the fold. */
    public static final TypeInformation<ShardPayload> PAYLOAD =
            new ValueType<>(ShardPayload.class, ShardPayloadSerializer.INSTANCE);
    /** Events for the coordinator. */
    public static final TypeInformation<ModelEvent> EVENT =
            new ValueType<>(ModelEvent.class, ModelEventSerializer.INSTANCE);
    /** Commands for the fold. */
    public static final TypeInformation<ShardCommand> COMMAND =
            new ValueType<>(ShardCommand.class, ShardCommandSerializer.INSTANCE);
    /** Shards of new versions. */
    public static final TypeInformation<FoldedShard> FOLDED =
            new ValueType<>(FoldedShard.class, FoldedShardSerializer.INSTANCE);
    /** What publish hears. */
    public static final TypeInformation<PublishInput> PUBLISH =
            new ValueType<>(PublishInput.class, PublishInputSerializer.INSTANCE);
    /** Records for a sink. */
    public static final TypeInformation<OutRecord> OUT = new ValueType<>(OutRecord.class, OutRecordSerializer.INSTANCE);
    /** What was turned away. */
    public static final TypeInformation<Rejected> REJECTED =
            new ValueType<>(Rejected.class, RejectedSerializer.INSTANCE);
    /** Keys of the fold. */
    public static final TypeInformation<ShardPlace> PLACE =
            new ValueType<>(ShardPlace.class, ShardPlaceSerializer.INSTANCE);

    private JobTypes() {}
}
