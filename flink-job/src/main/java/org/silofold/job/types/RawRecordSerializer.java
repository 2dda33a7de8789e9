package org.silofold.job.types;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.job.event.RawRecord;

/** Kafka records. */
public final class RawRecordSerializer extends ValueSerializer<RawRecord> {
    /** The one instance. */
    public static final RawRecordSerializer INSTANCE = new RawRecordSerializer();

    private RawRecordSerializer() {
        super(1);
    }

    @Override
    protected void write(RawRecord value, DataOutputView out) throws IOException {
        Wire.writeString(value.topic(), out);
        out.writeInt(value.partition());
        out.writeLong(value.offset());
        out.writeLong(value.timestamp());
        Wire.writeBytes(value.key(), out);
        Wire.writeBytes(value.value(), out);
    }

    @Override
    protected RawRecord read(int writtenIn, DataInputView in) throws IOException {
        return new RawRecord(
                Wire.readString(in),
                in.readInt(),
                in.readLong(),
                in.readLong(),
                Wire.readBytes(in),
                Wire.readBytes(in));
    }

    @Override
    public TypeSerializerSnapshot<RawRecord> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The class says it all. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<RawRecord> {
        /** For Flink. */
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
