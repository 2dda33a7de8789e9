package org.silofold.job.fold;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.job.types.ValueSerializer;
import org.silofold.job.types.Wire;

/** Accumulators: words modulo q, changed in place, hence copied. */
final class WordsSerializer extends ValueSerializer<int[]> {
    static final WordsSerializer INSTANCE = new WordsSerializer();

    private WordsSerializer() {
        super(1);
    }

    @Override
    protected void write(int[] words, DataOutputView out) throws IOException {
        Wire.writeWords(words, out);
    }

    @Override
    protected int[] read(int writtenIn, DataInputView in) throws IOException {
        return Wire.readWords(in);
    }

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public int[] copy(int[] from) {
        return from.clone();
    }

    @Override
    public TypeSerializerSnapshot<int[]> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The class says it all. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<int[]> {
        /** For Flink. */
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
