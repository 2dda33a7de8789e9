package org.silofold.job.types;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.protocol.message.Digest;

/** Digests. */
public final class DigestSerializer extends ValueSerializer<Digest> {
    /** The one instance. */
    public static final DigestSerializer INSTANCE = new DigestSerializer();

    private DigestSerializer() {
        super(1);
    }

    @Override
    protected void write(Digest value, DataOutputView out) throws IOException {
        Wire.writeDigest(value, out);
    }

    @Override
    protected Digest read(int writtenIn, DataInputView in) throws IOException {
        return Wire.readDigest(in);
    }

    @Override
    public TypeSerializerSnapshot<Digest> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The class says it all. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Digest> {
        /** For Flink. */
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
