package org.silofold.silo.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** NumPy's array format: little-endian float32 or float64, C order. Format: NumPy Enhancement Proposal 1. */
final class Npy {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\sL]*)\\)");
    private static final int ALIGNMENT = 64;

    private Npy() {}

    static boolean matches(byte[] start) {
        return start.length >= MAGIC.length && Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    static Tensor read(Path file, byte[] bytes) throws TensorFileException {
        if (bytes.length < 10) {
            throw new TensorFileException(file, "ends inside the npy header");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(MAGIC.length);
        int major = in.get() & 0xff;
        in.get();
        if (major < 1 || major > 3) {
            throw new TensorFileException(file, "npy format version " + major + " is unknown");
        }
        long length =
                major == 1 ? in.getShort() & 0xffff : in.remaining() < 4 ? Long.MAX_VALUE : in.getInt() & 0xffffffffL;
        if (length > in.remaining()) {
            throw new TensorFileException(file, "ends inside the npy header");
        }
        String header = new String(bytes, in.position(), (int) length, StandardCharsets.UTF_8);
        in.position(in.position() + (int) length);
        String descr = field(file, DESCR, header, "descr");
        List<Integer> shape = shape(file, field(file, SHAPE, header, "shape"));
        if (field(file, ORDER, header, "fortran_order").equals("True") && shape.size() > 1) {
            throw new TensorFileException(file, "is in Fortran order; save it with numpy.ascontiguousarray");
        }
        int width =
                switch (descr) {
                    case "<f4" -> Float.BYTES;
                    case "<f8" -> Double.BYTES;
                    default -> throw new TensorFileException(file, "holds " + descr + "; float32 or float64 is needed");
                };
        long size = size(file, shape);
        if (size * width != in.remaining()) {
            throw new TensorFileException(
                    file, "shape " + shape + " needs " + size * width + " bytes of data, there are " + in.remaining());
        }
        return new Tensor("", shape, floats(in, width, (int) size));
    }

    private static String field(Path file, Pattern pattern, String header, String name) throws TensorFileException {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw new TensorFileException(file, "npy header has no valid " + name);
        }
        return matcher.group(1);
    }

    private static List<Integer> shape(Path file, String text) throws TensorFileException {
        List<Integer> shape = new ArrayList<>();
        for (String dimension : text.replace("L", "").split(",", -1)) {
            if (!dimension.isBlank()) {
                try {
                    shape.add(Integer.parseInt(dimension.trim()));
                } catch (NumberFormatException e) {
                    throw new TensorFileException(file, "npy dimension " + dimension.trim() + " is too large");
                }
            }
        }
        return shape;
    }

    static long size(Path file, List<Integer> shape) throws TensorFileException {
        long size = 1;
        for (int dimension : shape) {
            size = dimension == 0 ? 0 : size > Integer.MAX_VALUE / dimension ? Long.MAX_VALUE : size * dimension;
            if (size > Integer.MAX_VALUE - 8) {
                throw new TensorFileException(file, "shape " + shape + " holds too many values");
            }
        }
        return size;
    }

    static float[] floats(ByteBuffer in, int width, int count) {
        float[] values = new float[count];
        if (width == Float.BYTES) {
            in.asFloatBuffer().get(values);
        } else {
            for (int i = 0; i < count; i++) {
                values[i] = (float) in.getDouble();
            }
        }
        return values;
    }

    static void write(Path file, Tensor tensor) throws IOException {
        String shape = tensor.shape().stream().map(d -> d + ",").collect(Collectors.joining(" "));
        String dict = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }";
        int prefix = MAGIC.length + 4;
        int padded = (prefix + dict.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer out = ByteBuffer.allocate(padded + tensor.values().length * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        out.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (padded - prefix));
        out.put(dict.getBytes(StandardCharsets.US_ASCII));
        while (out.position() < padded - 1) {
            out.put((byte) ' ');
        }
        out.put((byte) '\n');
        out.asFloatBuffer().put(tensor.values());
        Files.write(file, out.array());
    }
}
