package org.silofold.job.types;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.job.event.Rejected;

/** What was turned away. */
public final class RejectedSerializer extends ValueSerializer<Rejected> {
    /** The one instance. */
    public static final RejectedSerializer INSTANCE = new RejectedSerializer();

    private RejectedSerializer() {
        super(1);
    }

    @Override
    protected void write(Rejected value, DataOutputView out) throws IOException {
        Wire.writeReason(value.reason(), out);
        Wire.writeString(value.model(), out);
        Wire.writeString(value.topic(), out);
        out.writeInt(value.partition());
        out.writeLong(value.offset());
        Wire.writeDigest(value.recordDigest(), out);
        Wire.writeString(value.detail(), out);
    }

    @Override
    protected Rejected read(int writtenIn, DataInputView in) throws IOException {
        return new Rejected(
                Wire.readReason(in),
                Wire.readString(in),
                Wire.readString(in),
                in.readInt(),
                in.readLong(),
                Wire.readDigest(in),
                Wire.readString(in));
    }

    @Override
    public TypeSerializerSnapshot<Rejected> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The class says it all. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Rejected> {
        /** For Flink. */
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
