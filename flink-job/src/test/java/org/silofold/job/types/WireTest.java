package org.silofold.job.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireTest {
    /** Around what is allocated for a length alone, 1 MiB, and its double. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, (1 << 18) - 1, 1 << 18, (1 << 18) + 1, 1 << 19, (1 << 19) + 2049, 1 << 21})
    void arraysOfAnyLengthComeBack(int length) throws IOException {
        byte[] bytes = new byte[length];
        int[] words = new int[length];
        float[] floats = new float[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31);
            words[i] = i * -1640531527;
            floats[i] = i / 3f;
        }
        DataOutputSerializer out = new DataOutputSerializer(64);
        Wire.writeBytes(bytes, out);
        Wire.writeWords(words, out);
        Wire.writeFloats(floats, out);
        DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
        assertThat(Arrays.equals(Wire.readBytes(in), bytes)).isTrue();
        assertThat(Arrays.equals(Wire.readWords(in), words)).isTrue();
        assertThat(Arrays.equals(Wire.readFloats(in), floats)).isTrue();
        assertThat(in.available()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 1 << 20, Integer.MAX_VALUE})
    void aLengthThatIsNotThereIsTheEndOfTheBytesNotOfTheMemory(int length) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        out.writeInt(length);
        out.writeInt(0);
        byte[] damaged = out.getCopyOfBuffer();
        assertThatThrownBy(() -> Wire.readBytes(new DataInputDeserializer(damaged)))
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> Wire.readWords(new DataInputDeserializer(damaged)))
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> Wire.readFloats(new DataInputDeserializer(damaged)))
                .isInstanceOf(EOFException.class);
    }
}
