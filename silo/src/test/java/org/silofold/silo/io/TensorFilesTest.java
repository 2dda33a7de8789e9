package org.silofold.silo.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silofold.protocol.registry.TensorSpec;

class TensorFilesTest {
    private static final List<TensorSpec> MODEL =
            List.of(new TensorSpec("linear.weight", List.of(2, 3)), new TensorSpec("linear.bias", List.of(2)));
    private static final float[] VALUES = {1, -2, 3.5f, 0, 1e-20f, -7, 8, 9};

    @TempDir
    private Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"m.npy", "m.safetensors"})
    void whatIsWrittenIsRead(String name) throws IOException {
        Path file = dir.resolve(name);
        TensorFiles.writeParameters(file, MODEL, VALUES);
        assertThat(TensorFiles.readParameters(file, MODEL)).containsExactly(VALUES);
    }

    @Test
    void safetensorsKeepsNamesAndShapes() throws IOException {
        Path file = dir.resolve("m.safetensors");
        TensorFiles.writeParameters(file, MODEL, VALUES);
        List<Tensor> tensors = TensorFiles.read(file);
        assertThat(tensors.get(0).name()).isEqualTo("linear.weight");
        assertThat(tensors.get(0).shape()).containsExactly(2, 3);
        assertThat(tensors.get(1).values()).containsExactly(8, 9);
    }

    @Test
    void npyHeaderIsNumPysOwn() throws IOException {
        Path file = dir.resolve("m.npy");
        TensorFiles.writeParameters(file, MODEL, VALUES);
        byte[] bytes = Files.readAllBytes(file);
        assertThat(new String(bytes, 10, 60, StandardCharsets.US_ASCII))
                .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (8,), }");
        assertThat((bytes.length - 8 * 4) % 64).isZero();
        assertThat(bytes[bytes.length - 8 * 4 - 1]).isEqualTo((byte) '\n');
    }

    @Test
    void float64IsNarrowed() throws IOException {
        Path file = npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", 16);
        assertThat(TensorFiles.read(file).get(0).values()).hasSize(2);
    }

    @Test
    void otherTypesAndOrdersAreNamed() throws IOException {
        Path integers = npy("{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }", 16);
        assertThatThrownBy(() -> TensorFiles.read(integers)).hasMessageContaining("holds <i8; float32");
        Path fortran = npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }", 16);
        assertThatThrownBy(() -> TensorFiles.read(fortran)).hasMessageContaining("Fortran order");
        Path huge = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (99999, 99999, 9), }", 16);
        assertThatThrownBy(() -> TensorFiles.read(huge)).hasMessageContaining("too many values");
        Path shortData = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", 8);
        assertThatThrownBy(() -> TensorFiles.read(shortData)).hasMessageContaining("needs 12 bytes");
    }

    @Test
    void aModelOfOneTensorTakesItsShape() throws IOException {
        List<TensorSpec> one = List.of(new TensorSpec("w", List.of(2, 4)));
        Path file = dir.resolve("w.npy");
        TensorFiles.writeParameters(file, one, VALUES);
        assertThat(TensorFiles.read(file).get(0).shape()).containsExactly(2, 4);
        assertThat(TensorFiles.readParameters(file, one)).containsExactly(VALUES);
    }

    @Test
    void aMismatchNamesTheTensor() throws IOException {
        Path file = dir.resolve("m.safetensors");
        TensorFiles.writeParameters(file, MODEL, VALUES);
        assertThatThrownBy(() -> TensorFiles.readParameters(
                        file,
                        List.of(
                                new TensorSpec("linear.weight", List.of(3, 2)),
                                new TensorSpec("linear.bias", List.of(2)))))
                .isInstanceOf(TensorFileException.class)
                .hasMessageContaining("tensor linear.weight has shape [2, 3], the model [3, 2]");
        assertThatThrownBy(() -> TensorFiles.readParameters(file, List.of(new TensorSpec("other", List.of(8)))))
                .hasMessageContaining("has no tensor other");
        assertThatThrownBy(() -> TensorFiles.readParameters(file, MODEL.subList(0, 1)))
                .hasMessageContaining("tensor linear.bias is not in the model");
    }

    @Test
    void otherFilesAreRefusedInOneLine() throws IOException {
        Path text = Files.writeString(dir.resolve("notes.txt"), "hello");
        assertThatThrownBy(() -> TensorFiles.read(text))
                .hasMessage(text + ": is neither a .npy nor a .safetensors file");
        Path missing = dir.resolve("missing.npy");
        assertThatThrownBy(() -> TensorFiles.read(missing)).hasMessage(missing + ": no such file");
        assertThatThrownBy(() -> TensorFiles.writeParameters(dir.resolve("m.pt"), MODEL, VALUES))
                .hasMessageContaining("must end in .npy or .safetensors");
    }

    @ParameterizedTest
    @ValueSource(strings = {"m.npy", "m.safetensors"})
    void damagedFilesAreRefusedNeverMore(String name) throws IOException {
        Path file = dir.resolve(name);
        TensorFiles.writeParameters(file, MODEL, VALUES);
        byte[] good = Files.readAllBytes(file);
        for (int length = 0; length < good.length; length++) {
            Files.write(file, Arrays.copyOf(good, length));
            assertThatThrownBy(() -> TensorFiles.readParameters(file, MODEL)).isInstanceOf(TensorFileException.class);
        }
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            Files.write(file, bad);
            try {
                assertThat(TensorFiles.readParameters(file, MODEL)).hasSize(8);
            } catch (TensorFileException e) {
                assertThat(e).hasMessageStartingWith(file.toString());
            }
        }
    }

    private Path npy(String header, int data) throws IOException {
        byte[] text = (header + "\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = ByteBuffer.allocate(10 + text.length + data).order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) text.length)
                .put(text);
        return Files.write(Files.createTempFile(dir, "array", ".npy"), out.array());
    }
}
