package org.silofold.job.types;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.job.event.ShardPayload;
import org.silofold.job.event.ShardPlace;

/** Bytes for the fold. */
public final class ShardPayloadSerializer extends ValueSerializer<ShardPayload> {
    /** The one instance. */
    public static final ShardPayloadSerializer INSTANCE = new ShardPayloadSerializer();

    private static final int VERIFIED = 1;
    private static final int INITIAL = 2;

    private ShardPayloadSerializer() {
        super(1);
    }

    @Override
    protected void write(ShardPayload value, DataOutputView out) throws IOException {
        ShardPlaceSerializer.INSTANCE.serialize(value.place(), out);
        if (value instanceof ShardPayload.VerifiedShard shard) {
            out.writeByte(VERIFIED);
            UpdateKeySerializer.INSTANCE.serialize(shard.update(), out);
            Wire.writeBytes(shard.words(), out);
        } else if (value instanceof ShardPayload.InitialShard shard) {
            out.writeByte(INITIAL);
            Parts.writeContext(shard.context(), out);
            out.writeInt(shard.shardCount());
            Wire.writeBytes(shard.parameters(), out);
        }
    }

    @Override
    protected ShardPayload read(int writtenIn, DataInputView in) throws IOException {
        ShardPlace place = ShardPlaceSerializer.INSTANCE.deserialize(in);
        int kind = in.readUnsignedByte();
        return switch (kind) {
            case VERIFIED ->
                new ShardPayload.VerifiedShard(place, UpdateKeySerializer.INSTANCE.deserialize(in), Wire.readBytes(in));
            case INITIAL ->
                new ShardPayload.InitialShard(place, Parts.readContext(in), in.readInt(), Wire.readBytes(in));
            default -> throw new IOException("no kind of payload: " + kind);
        };
    }

    @Override
    public TypeSerializerSnapshot<ShardPayload> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The class says it all. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<ShardPayload> {
        /** For Flink. */
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
