package org.silofold.job.types;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.job.event.ModelEvent;

/** Events of a model. */
public final class ModelEventSerializer extends ValueSerializer<ModelEvent> {
    /** The one instance. */
    public static final ModelEventSerializer INSTANCE = new ModelEventSerializer();

    private ModelEventSerializer() {
        super(1);
    }

    @Override
    protected void write(ModelEvent value, DataOutputView out) throws IOException {
        Wire.writeString(value.model(), out);
        Events.write(value.event(), out);
    }

    @Override
    protected ModelEvent read(int writtenIn, DataInputView in) throws IOException {
        return new ModelEvent(Wire.readString(in), Events.read(in));
    }

    @Override
    public TypeSerializerSnapshot<ModelEvent> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The class says it all. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<ModelEvent> {
        /** For Flink. */
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
