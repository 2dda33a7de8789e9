package org.silofold.job.fold;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.UpdateKey;
import org.silofold.job.types.ContextSerializer;
import org.silofold.job.types.FoldCommandSerializer;
import org.silofold.job.types.UpdateKeySerializer;
import org.silofold.job.types.ValueSerializer;
import org.silofold.job.types.Wire;

/** Books are changed in place, hence copied deeply. */
final class FoldBookSerializer extends ValueSerializer<FoldBook> {
    static final FoldBookSerializer INSTANCE = new FoldBookSerializer();

    private FoldBookSerializer() {
        super(1);
    }

    @Override
    protected void write(FoldBook book, DataOutputView out) throws IOException {
        Wire.writeAll(
                book.accounts().entrySet(),
                (entry, o) -> {
                    o.writeLong(entry.getKey());
                    Account account = entry.getValue();
                    Wire.writeAll(account.added, UpdateKeySerializer.INSTANCE::serialize, o);
                    Wire.writeAll(account.waiting, UpdateKeySerializer.INSTANCE::serialize, o);
                    o.writeBoolean(account.certified());
                    Wire.writeOptional(account.open(), FoldCommandSerializer.INSTANCE::serialize, o);
                },
                out);
        Wire.writeAll(book.applied(), (version, o) -> o.writeLong(version), out);
        Wire.writeAll(
                book.carried().entrySet(),
                (entry, o) -> {
                    o.writeLong(entry.getKey());
                    ContextSerializer.INSTANCE.serialize(entry.getValue(), o);
                },
                out);
        Wire.writeAll(
                book.ended().entrySet(),
                (entry, o) -> {
                    Wire.writeString(entry.getKey(), o);
                    Wire.writeAll(entry.getValue(), Wire::writeUpdateId, o);
                },
                out);
    }

    @Override
    protected FoldBook read(int writtenIn, DataInputView in) throws IOException {
        FoldBook book = new FoldBook();
        int accounts = in.readInt();
        for (int i = 0; i < accounts; i++) {
            long number = in.readLong();
            List<UpdateKey> added = Wire.readAll(UpdateKeySerializer.INSTANCE::deserialize, in);
            List<UpdateKey> waiting = Wire.readAll(UpdateKeySerializer.INSTANCE::deserialize, in);
            boolean certified = in.readBoolean();
            Optional<FoldCommand> open = Wire.readOptional(FoldCommandSerializer.INSTANCE::deserialize, in);
            book.accounts().put(number, new Account(added, waiting, certified, open.map(FoldCommand.Open.class::cast)));
        }
        book.applied().addAll(Wire.<Long>readAll(DataInputView::readLong, in));
        int carried = in.readInt();
        for (int i = 0; i < carried; i++) {
            book.carried().put(in.readLong(), ContextSerializer.INSTANCE.deserialize(in));
        }
        int silos = in.readInt();
        for (int i = 0; i < silos; i++) {
            String silo = Wire.readString(in);
            book.ended().put(silo, new ArrayDeque<>(Wire.readAll(Wire::readUpdateId, in)));
        }
        return book;
    }

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public FoldBook copy(FoldBook from) {
        return from.copy();
    }

    @Override
    public TypeSerializerSnapshot<FoldBook> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The class says it all. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<FoldBook> {
        /** For Flink. */
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
