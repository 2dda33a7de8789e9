package org.silofold.job.types;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.job.event.ShardPlace;

/** Keys of the fold. */
public final class ShardPlaceSerializer extends ValueSerializer<ShardPlace> {
    /** The one instance. */
    public static final ShardPlaceSerializer INSTANCE = new ShardPlaceSerializer();

    private ShardPlaceSerializer() {
        super(1);
    }

    @Override
    protected void write(ShardPlace value, DataOutputView out) throws IOException {
        Wire.writeString(value.model(), out);
        out.writeInt(value.index());
    }

    @Override
    protected ShardPlace read(int writtenIn, DataInputView in) throws IOException {
        return new ShardPlace(Wire.readString(in), in.readInt());
    }

    @Override
    public TypeSerializerSnapshot<ShardPlace> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The class says it all. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<ShardPlace> {
        /** For Flink. */
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
