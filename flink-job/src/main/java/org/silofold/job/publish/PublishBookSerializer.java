package org.silofold.job.publish;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.job.event.PublishCommand;
import org.silofold.job.types.PublishCommandSerializer;
import org.silofold.job.types.ValueSerializer;
import org.silofold.job.types.Wire;
import org.silofold.protocol.message.Buffer;

/** Books are changed in place, hence copied. */
final class PublishBookSerializer extends ValueSerializer<PublishBook> {
    static final PublishBookSerializer INSTANCE = new PublishBookSerializer();

    private PublishBookSerializer() {
        super(1);
    }

    @Override
    protected void write(PublishBook book, DataOutputView out) throws IOException {
        Wire.writeAll(
                book.shards().entrySet(),
                (attempt, o) -> {
                    writeBuffer(attempt.getKey(), o);
                    Wire.writeAll(
                            attempt.getValue().entrySet(),
                            (shard, s) -> {
                                s.writeInt(shard.getKey());
                                Wire.writeDigest(shard.getValue().digest(), s);
                                s.writeInt(shard.getValue().outOfBounds());
                            },
                            o);
                },
                out);
        Wire.writeAll(book.wanted().values(), PublishCommandSerializer.INSTANCE::serialize, out);
        out.writeBoolean(book.isHalted());
        out.writeLong(book.auditSequence());
        Wire.writeDigest(book.auditHead(), out);
    }

    @Override
    protected PublishBook read(int writtenIn, DataInputView in) throws IOException {
        PublishBook book = new PublishBook();
        int attempts = in.readInt();
        for (int v = 0; v < attempts; v++) {
            Buffer buffer = new Buffer(in.readLong(), in.readInt());
            int shards = in.readInt();
            for (int s = 0; s < shards; s++) {
                book.done(buffer, in.readInt(), new PublishBook.Done(Wire.readDigest(in), in.readInt()));
            }
        }
        for (PublishCommand command :
                Wire.<PublishCommand>readAll(PublishCommandSerializer.INSTANCE::deserialize, in)) {
            book.wanted().put(command.buffer(), command);
        }
        if (in.readBoolean()) {
            book.halt();
        }
        book.audit(in.readLong(), Wire.readDigest(in));
        return book;
    }

    private static void writeBuffer(Buffer buffer, DataOutputView out) throws IOException {
        out.writeLong(buffer.version());
        out.writeInt(buffer.attempt());
    }

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public PublishBook copy(PublishBook from) {
        return from.copy();
    }

    @Override
    public TypeSerializerSnapshot<PublishBook> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The class says it all. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<PublishBook> {
        /** For Flink. */
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
