package org.silofold.job.types;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.job.event.FoldedShard;

/** Shards of new versions. */
public final class FoldedShardSerializer extends ValueSerializer<FoldedShard> {
    /** The one instance. */
    public static final FoldedShardSerializer INSTANCE = new FoldedShardSerializer();

    private FoldedShardSerializer() {
        super(1);
    }

    @Override
    protected void write(FoldedShard value, DataOutputView out) throws IOException {
        Parts.writeContext(value.context(), out);
        out.writeLong(value.version());
        out.writeInt(value.index());
        out.writeInt(value.shardCount());
        Wire.writeBytes(value.parameters(), out);
    }

    @Override
    protected FoldedShard read(int writtenIn, DataInputView in) throws IOException {
        return new FoldedShard(Parts.readContext(in), in.readLong(), in.readInt(), in.readInt(), Wire.readBytes(in));
    }

    @Override
    public TypeSerializerSnapshot<FoldedShard> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The class says it all. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<FoldedShard> {
        /** For Flink. */
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
