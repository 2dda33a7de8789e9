package org.silofold.job.types;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * A serializer that writes a version byte, then the value. A later version reads what earlier ones wrote, so its snapshot needs to hold
 * nothing but the class. Values are immutable (arrays in them are never changed) unless a subclass overrides {@link #isImmutableType()}
 * and {@link #copy(Object)}.
 *
 * @param <T> the type of value
 */
public abstract class ValueSerializer<T> extends TypeSerializerSingleton<T> {
    private final int version;

    /**
     * @param version the version written, 1..255
     */
    protected ValueSerializer(int version) {
        this.version = version;
    }

    /** Writes the value in this serializer's version. */
    protected abstract void write(T value, DataOutputView out) throws IOException;

    /** Reads a value that was written in the given version, from 1 to this serializer's own. */
    protected abstract T read(int writtenIn, DataInputView in) throws IOException;

    @Override
    public final void serialize(T value, DataOutputView out) throws IOException {
        out.writeByte(version);
        write(value, out);
    }

    @Override
    public final T deserialize(DataInputView in) throws IOException {
        int writtenIn = in.readUnsignedByte();
        if (writtenIn < 1 || writtenIn > version) {
            throw new IOException(
                    getClass().getSimpleName() + " reads versions 1 to " + version + ", not " + writtenIn);
        }
        return read(writtenIn, in);
    }

    @Override
    public final T deserialize(T reuse, DataInputView in) throws IOException {
        return deserialize(in);
    }

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    public T copy(T from) {
        return from;
    }

    @Override
    public final T copy(T from, T reuse) {
        return copy(from);
    }

    @Override
    public final void copy(DataInputView in, DataOutputView out) throws IOException {
        serialize(deserialize(in), out);
    }

    /** Null never crosses an operator: state begins empty, not with an instance. */
    @Override
    public T createInstance() {
        return null;
    }

    @Override
    public final int getLength() {
        return -1;
    }
}
