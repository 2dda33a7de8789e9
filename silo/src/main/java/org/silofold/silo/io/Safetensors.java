package org.silofold.silo.io;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The safetensors format: a u64 header length, a JSON header, the data. F32 and F64 tensors. */
final class Safetensors {
    private static final int MAX_HEADER = 16 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private Safetensors() {}

    static List<Tensor> read(Path file, byte[] bytes) throws TensorFileException {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long length = in.remaining() < Long.BYTES ? -1 : in.getLong();
        if (length < 2 || length > MAX_HEADER || length > in.remaining()) {
            throw new TensorFileException(file, "is not a safetensors file: its header length does not fit the file");
        }
        JsonNode header;
        try {
            header = JSON.readTree(bytes, Long.BYTES, (int) length);
        } catch (IOException e) {
            // Nothing is read but memory: what fails is the text, or its encoding.
            throw new TensorFileException(file, "is not a safetensors file: its header is not JSON");
        }
        int dataStart = Long.BYTES + (int) length;
        List<Tensor> tensors = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : header.properties()) {
            if (!entry.getKey().equals("__metadata__")) {
                tensors.add(tensor(file, entry.getKey(), entry.getValue(), bytes, dataStart));
            }
        }
        return tensors;
    }

    private static Tensor tensor(Path file, String name, JsonNode entry, byte[] bytes, int dataStart)
            throws TensorFileException {
        String dtype = entry.path("dtype").asText();
        int width =
                switch (dtype) {
                    case "F32" -> Float.BYTES;
                    case "F64" -> Double.BYTES;
                    default ->
                        throw new TensorFileException(
                                file, "tensor " + name + " is " + dtype + "; F32 or F64 is needed");
                };
        List<Integer> shape = new ArrayList<>();
        for (JsonNode dimension : entry.path("shape")) {
            if (!dimension.canConvertToInt() || dimension.asInt() < 0) {
                throw new TensorFileException(file, "tensor " + name + " has an invalid dimension: " + dimension);
            }
            shape.add(dimension.asInt());
        }
        long size = Npy.size(file, shape);
        long from = entry.path("data_offsets").path(0).asLong(-1);
        long to = entry.path("data_offsets").path(1).asLong(-1);
        if (from < 0 || to < from || to > bytes.length - dataStart || to - from != size * width) {
            throw new TensorFileException(
                    file,
                    "tensor " + name + ": data offsets " + from + ".." + to + " do not fit its shape and the file");
        }
        ByteBuffer data = ByteBuffer.wrap(bytes, dataStart + (int) from, (int) (to - from))
                .order(ByteOrder.LITTLE_ENDIAN);
        return new Tensor(name, shape, Npy.floats(data, width, (int) size));
    }

    static void write(Path file, List<Tensor> tensors) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        long offset = 0;
        for (Tensor tensor : tensors) {
            long end = offset + (long) tensor.values().length * Float.BYTES;
            ObjectNode entry = header.putObject(tensor.name());
            entry.put("dtype", "F32");
            tensor.shape().forEach(entry.putArray("shape")::add);
            entry.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] json = JSON.writeValueAsBytes(header);
        int padded = (json.length + 7) / 8 * 8;
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(Long.BYTES + padded + offset))
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(padded).put(json);
        while (out.position() < Long.BYTES + padded) {
            out.put((byte) ' ');
        }
        for (Tensor tensor : tensors) {
            out.asFloatBuffer().put(tensor.values());
            out.position(out.position() + tensor.values().length * Float.BYTES);
        }
        Files.write(file, out.array());
    }
}
