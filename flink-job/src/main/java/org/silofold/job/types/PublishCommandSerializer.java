package org.silofold.job.types;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.job.event.PublishCommand;

/** Wishes to publish. */
public final class PublishCommandSerializer extends ValueSerializer<PublishCommand> {
    /** The one instance. */
    public static final PublishCommandSerializer INSTANCE = new PublishCommandSerializer();

    private PublishCommandSerializer() {
        super(1);
    }

    @Override
    protected void write(PublishCommand value, DataOutputView out) throws IOException {
        Parts.writePublish(value, out);
    }

    @Override
    protected PublishCommand read(int writtenIn, DataInputView in) throws IOException {
        return Parts.readPublish(in);
    }

    @Override
    public TypeSerializerSnapshot<PublishCommand> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The class says it all. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<PublishCommand> {
        /** For Flink. */
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
