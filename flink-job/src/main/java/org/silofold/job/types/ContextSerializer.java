package org.silofold.job.types;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.protocol.message.Context;

/** Contexts. */
public final class ContextSerializer extends ValueSerializer<Context> {
    /** The one instance. */
    public static final ContextSerializer INSTANCE = new ContextSerializer();

    private ContextSerializer() {
        super(1);
    }

    @Override
    protected void write(Context value, DataOutputView out) throws IOException {
        Parts.writeContext(value, out);
    }

    @Override
    protected Context read(int writtenIn, DataInputView in) throws IOException {
        return Parts.readContext(in);
    }

    @Override
    public TypeSerializerSnapshot<Context> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The class says it all. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Context> {
        /** For Flink. */
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
