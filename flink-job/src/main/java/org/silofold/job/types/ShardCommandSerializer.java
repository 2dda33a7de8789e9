package org.silofold.job.types;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.job.event.ShardCommand;

/** Commands with their shard. */
public final class ShardCommandSerializer extends ValueSerializer<ShardCommand> {
    /** The one instance. */
    public static final ShardCommandSerializer INSTANCE = new ShardCommandSerializer();

    private ShardCommandSerializer() {
        super(1);
    }

    @Override
    protected void write(ShardCommand value, DataOutputView out) throws IOException {
        ShardPlaceSerializer.INSTANCE.serialize(value.place(), out);
        FoldCommandSerializer.INSTANCE.serialize(value.command(), out);
    }

    @Override
    protected ShardCommand read(int writtenIn, DataInputView in) throws IOException {
        return new ShardCommand(
                ShardPlaceSerializer.INSTANCE.deserialize(in), FoldCommandSerializer.INSTANCE.deserialize(in));
    }

    @Override
    public TypeSerializerSnapshot<ShardCommand> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The class says it all. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<ShardCommand> {
        /** For Flink. */
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
