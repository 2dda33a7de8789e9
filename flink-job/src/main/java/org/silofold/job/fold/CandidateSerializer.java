package org.silofold.job.fold;

import java.io.IOException;
import java.util.OptionalLong;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.job.types.ContextSerializer;
import org.silofold.job.types.ValueSerializer;

/** Candidates. Their arrays are never changed. */
final class CandidateSerializer extends ValueSerializer<Candidate> {
    static final CandidateSerializer INSTANCE = new CandidateSerializer();

    private CandidateSerializer() {
        super(1);
    }

    @Override
    protected void write(Candidate candidate, DataOutputView out) throws IOException {
        out.writeBoolean(candidate.accumulator().isPresent());
        if (candidate.accumulator().isPresent()) {
            out.writeLong(candidate.accumulator().getAsLong());
        }
        ContextSerializer.INSTANCE.serialize(candidate.context(), out);
        ShardModelSerializer.INSTANCE.serialize(candidate.model(), out);
    }

    @Override
    protected Candidate read(int writtenIn, DataInputView in) throws IOException {
        OptionalLong accumulator = in.readBoolean() ? OptionalLong.of(in.readLong()) : OptionalLong.empty();
        return new Candidate(
                accumulator, ContextSerializer.INSTANCE.deserialize(in), ShardModelSerializer.INSTANCE.deserialize(in));
    }

    @Override
    public TypeSerializerSnapshot<Candidate> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The class says it all. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Candidate> {
        /** For Flink. */
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
