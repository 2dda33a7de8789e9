package org.silofold.job.types;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.job.event.FoldCommand;

/** Commands to the fold. */
public final class FoldCommandSerializer extends ValueSerializer<FoldCommand> {
    /** The one instance. */
    public static final FoldCommandSerializer INSTANCE = new FoldCommandSerializer();

    private static final int JOIN = 1;
    private static final int LEAVE = 2;
    private static final int DROP = 3;
    private static final int CERTIFIED = 4;
    private static final int DISCARD = 5;
    private static final int OPEN = 6;
    private static final int APPLY = 7;
    private static final int CARRY = 8;
    private static final int SEND_AGAIN = 9;

    private FoldCommandSerializer() {
        super(1);
    }

    @Override
    protected void write(FoldCommand value, DataOutputView out) throws IOException {
        if (value instanceof FoldCommand.Join join) {
            out.writeByte(JOIN);
            out.writeLong(join.accumulator());
            UpdateKeySerializer.INSTANCE.serialize(join.update(), out);
        } else if (value instanceof FoldCommand.Leave leave) {
            out.writeByte(LEAVE);
            out.writeLong(leave.accumulator());
            UpdateKeySerializer.INSTANCE.serialize(leave.update(), out);
        } else if (value instanceof FoldCommand.Drop drop) {
            out.writeByte(DROP);
            UpdateKeySerializer.INSTANCE.serialize(drop.update(), out);
        } else if (value instanceof FoldCommand.Certified certified) {
            out.writeByte(CERTIFIED);
            out.writeLong(certified.accumulator());
        } else if (value instanceof FoldCommand.Discard discard) {
            out.writeByte(DISCARD);
            out.writeLong(discard.accumulator());
        } else if (value instanceof FoldCommand.Open open) {
            out.writeByte(OPEN);
            out.writeLong(open.accumulator());
            out.writeLong(open.version());
            out.writeInt(open.attempt());
            out.writeLong(open.previousVersion());
            Wire.writeWords(open.secretSum(), out);
            out.writeDouble(open.sumOfWeights());
            out.writeInt(open.cohortSize());
            Parts.writeTerms(open.terms(), out);
        } else if (value instanceof FoldCommand.Apply apply) {
            out.writeByte(APPLY);
            out.writeLong(apply.version());
        } else if (value instanceof FoldCommand.Carry carry) {
            out.writeByte(CARRY);
            out.writeLong(carry.version());
            Parts.writeContext(carry.context(), out);
        } else if (value instanceof FoldCommand.SendAgain again) {
            out.writeByte(SEND_AGAIN);
            out.writeLong(again.version());
            Parts.writeContext(again.context(), out);
        }
    }

    @Override
    protected FoldCommand read(int writtenIn, DataInputView in) throws IOException {
        int kind = in.readUnsignedByte();
        return switch (kind) {
            case JOIN -> new FoldCommand.Join(in.readLong(), UpdateKeySerializer.INSTANCE.deserialize(in));
            case LEAVE -> new FoldCommand.Leave(in.readLong(), UpdateKeySerializer.INSTANCE.deserialize(in));
            case DROP -> new FoldCommand.Drop(UpdateKeySerializer.INSTANCE.deserialize(in));
            case CERTIFIED -> new FoldCommand.Certified(in.readLong());
            case DISCARD -> new FoldCommand.Discard(in.readLong());
            case OPEN ->
                new FoldCommand.Open(
                        in.readLong(),
                        in.readLong(),
                        in.readInt(),
                        in.readLong(),
                        Wire.readWords(in),
                        in.readDouble(),
                        in.readInt(),
                        Parts.readTerms(in));
            case APPLY -> new FoldCommand.Apply(in.readLong());
            case CARRY -> new FoldCommand.Carry(in.readLong(), Parts.readContext(in));
            case SEND_AGAIN -> new FoldCommand.SendAgain(in.readLong(), Parts.readContext(in));
            default -> throw new IOException("no kind of command: " + kind);
        };
    }

    @Override
    public TypeSerializerSnapshot<FoldCommand> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The class says it all. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<FoldCommand> {
        /** For Flink. */
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
