package org.silofold.job.types;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.job.event.UpdateKey;

/** Names of updates. */
public final class UpdateKeySerializer extends ValueSerializer<UpdateKey> {
    /** The one instance. */
    public static final UpdateKeySerializer INSTANCE = new UpdateKeySerializer();

    private UpdateKeySerializer() {
        super(1);
    }

    @Override
    protected void write(UpdateKey value, DataOutputView out) throws IOException {
        Wire.writeString(value.silo(), out);
        Wire.writeUpdateId(value.updateId(), out);
    }

    @Override
    protected UpdateKey read(int writtenIn, DataInputView in) throws IOException {
        return new UpdateKey(Wire.readString(in), Wire.readUpdateId(in));
    }

    @Override
    public TypeSerializerSnapshot<UpdateKey> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The class says it all. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<UpdateKey> {
        /** For Flink. */
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
