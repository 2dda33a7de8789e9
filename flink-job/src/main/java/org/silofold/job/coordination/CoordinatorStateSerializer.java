package org.silofold.job.coordination;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.job.coordinate.CoordinatorState;
import org.silofold.job.coordinate.StateCodec;
import org.silofold.job.types.ValueSerializer;
import org.silofold.job.types.Wire;

/** The coordinator's state as the bytes of its own codec. Changed in place, hence copied. */
final class CoordinatorStateSerializer extends ValueSerializer<CoordinatorState> {
    static final CoordinatorStateSerializer INSTANCE = new CoordinatorStateSerializer();

    private CoordinatorStateSerializer() {
        super(1);
    }

    @Override
    protected void write(CoordinatorState state, DataOutputView out) throws IOException {
        Wire.writeBytes(StateCodec.encode(state), out);
    }

    @Override
    protected CoordinatorState read(int writtenIn, DataInputView in) throws IOException {
        return StateCodec.decode(Wire.readBytes(in));
    }

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public CoordinatorState copy(CoordinatorState from) {
        return StateCodec.decode(StateCodec.encode(from));
    }

    @Override
    public TypeSerializerSnapshot<CoordinatorState> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The class says it all. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<CoordinatorState> {
        /** For Flink. */
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
