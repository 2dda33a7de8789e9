package org.silofold.job.types;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.job.event.PublishInput;

/** What publish hears. */
public final class PublishInputSerializer extends ValueSerializer<PublishInput> {
    /** The one instance. */
    public static final PublishInputSerializer INSTANCE = new PublishInputSerializer();

    private static final int SHARD_DONE = 1;
    private static final int PUBLISH = 2;
    private static final int NOTE = 3;
    private static final int PUBLISH_AGAIN = 4;

    private PublishInputSerializer() {
        super(1);
    }

    @Override
    protected void write(PublishInput value, DataOutputView out) throws IOException {
        Wire.writeString(value.model(), out);
        if (value instanceof PublishInput.ShardDone done) {
            out.writeByte(SHARD_DONE);
            Parts.writeBuffer(done.buffer(), out);
            out.writeInt(done.index());
            Wire.writeDigest(done.digest(), out);
            Parts.writeContext(done.context(), out);
            out.writeInt(done.outOfBounds());
        } else if (value instanceof PublishInput.Publish publish) {
            out.writeByte(PUBLISH);
            Parts.writePublish(publish.command(), out);
        } else if (value instanceof PublishInput.Note note) {
            out.writeByte(NOTE);
            Parts.writeContext(note.context(), out);
            Parts.writeNote(note.note(), out);
        } else if (value instanceof PublishInput.PublishAgain again) {
            out.writeByte(PUBLISH_AGAIN);
            Parts.writeBuffer(again.buffer(), out);
        }
    }

    @Override
    protected PublishInput read(int writtenIn, DataInputView in) throws IOException {
        String model = Wire.readString(in);
        int kind = in.readUnsignedByte();
        return switch (kind) {
            case SHARD_DONE ->
                new PublishInput.ShardDone(
                        model,
                        Parts.readBuffer(in),
                        in.readInt(),
                        Wire.readDigest(in),
                        Parts.readContext(in),
                        in.readInt());
            case PUBLISH -> new PublishInput.Publish(model, Parts.readPublish(in));
            case NOTE -> new PublishInput.Note(model, Parts.readContext(in), Parts.readNote(in));
            case PUBLISH_AGAIN -> new PublishInput.PublishAgain(model, Parts.readBuffer(in));
            default -> throw new IOException("no kind of input: " + kind);
        };
    }

    @Override
    public TypeSerializerSnapshot<PublishInput> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The class says it all. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<PublishInput> {
        /** For Flink. */
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
