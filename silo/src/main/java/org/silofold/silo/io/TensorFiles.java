package org.silofold.silo.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.silofold.protocol.registry.TensorSpec;

/** Reads and writes tensor files, and lays tensors out as a model's flat parameters. The format follows from the content or name. */
public final class TensorFiles {
    private TensorFiles() {}

    /**
     * Reads a {@code .npy} or {@code .safetensors} file.
     *
     * @throws TensorFileException if it is missing or is neither, with one line that says what is wrong
     * @throws IOException if it cannot be read
     */
    public static List<Tensor> read(Path file) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new TensorFileException(file, "no such file");
        } catch (IOException e) {
            throw new TensorFileException(file, "cannot be read: " + e.getMessage());
        }
        if (Npy.matches(bytes)) {
            return List.of(Npy.read(file, bytes));
        }
        if (isSafetensors(file)) {
            return Safetensors.read(file, bytes);
        }
        throw new TensorFileException(file, "is neither a .npy nor a .safetensors file");
    }

    /**
     * Reads a file and lays its values out in the model's order. A safetensors file must hold exactly the model's tensors with
     * their shapes; an npy file must hold all parameters in one dimension, or, for a model of one tensor, have that tensor's shape.
     *
     * @return all parameters, float32
     * @throws TensorFileException if the file does not match the model, naming the tensor
     * @throws IOException if it cannot be read
     */
    public static float[] readParameters(Path file, List<TensorSpec> model) throws IOException {
        List<Tensor> tensors = read(file);
        long total = model.stream().mapToLong(TensorSpec::size).sum();
        if (tensors.size() == 1 && tensors.get(0).name().isEmpty()) {
            Tensor only = tensors.get(0);
            boolean flat = only.shape().size() == 1 && only.values().length == total;
            if (!flat && !(model.size() == 1 && model.get(0).shape().equals(only.shape()))) {
                throw new TensorFileException(
                        file, "shape " + only.shape() + " does not match the model: [" + total + "] is needed");
            }
            return only.values();
        }
        Map<String, Tensor> byName = tensors.stream().collect(Collectors.toMap(Tensor::name, Function.identity()));
        float[] parameters = new float[Math.toIntExact(total)];
        int at = 0;
        for (TensorSpec spec : model) {
            Tensor tensor = byName.remove(spec.name());
            if (tensor == null) {
                throw new TensorFileException(file, "has no tensor " + spec.name());
            }
            if (!tensor.shape().equals(spec.shape())) {
                throw new TensorFileException(
                        file, "tensor " + spec.name() + " has shape " + tensor.shape() + ", the model " + spec.shape());
            }
            System.arraycopy(tensor.values(), 0, parameters, at, tensor.values().length);
            at += tensor.values().length;
        }
        if (!byName.isEmpty()) {
            throw new TensorFileException(
                    file, "tensor " + byName.keySet().iterator().next() + " is not in the model");
        }
        return parameters;
    }

    /**
     * Writes a model's parameters: safetensors with the model's names and shapes, or npy: flat, or shaped for a model of one tensor.
     *
     * @throws TensorFileException if the name ends in neither
     * @throws IOException if it cannot be written
     */
    public static void writeParameters(Path file, List<TensorSpec> model, float[] parameters) throws IOException {
        if (isSafetensors(file)) {
            List<Tensor> tensors = new ArrayList<>();
            int at = 0;
            for (TensorSpec spec : model) {
                int size = Math.toIntExact(spec.size());
                float[] values = new float[size];
                System.arraycopy(parameters, at, values, 0, size);
                tensors.add(new Tensor(spec.name(), spec.shape(), values));
                at += size;
            }
            Safetensors.write(file, tensors);
        } else if (file.toString().endsWith(".npy")) {
            List<Integer> shape = model.size() == 1 ? model.get(0).shape() : List.of(parameters.length);
            Npy.write(file, new Tensor("", shape, parameters));
        } else {
            throw new TensorFileException(file, "must end in .npy or .safetensors");
        }
    }

    private static boolean isSafetensors(Path file) {
        return file.toString().endsWith(".safetensors");
    }
}
