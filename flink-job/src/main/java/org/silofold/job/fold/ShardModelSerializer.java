package org.silofold.job.fold;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.job.types.ValueSerializer;
import org.silofold.job.types.Wire;

/** Shards of the model. A step makes new arrays, so values are never changed once in state. */
final class ShardModelSerializer extends ValueSerializer<ShardModel> {
    static final ShardModelSerializer INSTANCE = new ShardModelSerializer();

    private ShardModelSerializer() {
        super(1);
    }

    @Override
    protected void write(ShardModel model, DataOutputView out) throws IOException {
        out.writeLong(model.version());
        out.writeInt(model.shardCount());
        Wire.writeFloats(model.parameters(), out);
        Wire.writeFloats(model.firstMoment(), out);
        Wire.writeFloats(model.secondMoment(), out);
    }

    @Override
    protected ShardModel read(int writtenIn, DataInputView in) throws IOException {
        long version = in.readLong();
        int shardCount = in.readInt();
        return new ShardModel(version, shardCount, Wire.readFloats(in), Wire.readFloats(in), Wire.readFloats(in));
    }

    @Override
    public TypeSerializerSnapshot<ShardModel> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The class says it all. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<ShardModel> {
        /** For Flink. */
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
