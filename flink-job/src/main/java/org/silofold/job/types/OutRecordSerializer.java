package org.silofold.job.types;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.job.event.OutRecord;

/** Records on their way to a sink. */
public final class OutRecordSerializer extends ValueSerializer<OutRecord> {
    /** The one instance. */
    public static final OutRecordSerializer INSTANCE = new OutRecordSerializer();

    private OutRecordSerializer() {
        super(1);
    }

    @Override
    protected void write(OutRecord value, DataOutputView out) throws IOException {
        Wire.writeString(value.topic(), out);
        Wire.writeOptional(value.key(), Wire::writeBytes, out);
        Wire.writeBytes(value.value(), out);
    }

    @Override
    protected OutRecord read(int writtenIn, DataInputView in) throws IOException {
        return new OutRecord(Wire.readString(in), Wire.readOptional(Wire::readBytes, in), Wire.readBytes(in));
    }

    @Override
    public TypeSerializerSnapshot<OutRecord> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The class says it all. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<OutRecord> {
        /** For Flink. */
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
