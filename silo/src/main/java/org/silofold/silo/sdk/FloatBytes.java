package org.silofold.silo.sdk;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Floats as float32 little-endian, a piece at a time: a large model is never held twice. */
final class FloatBytes {
    private static final int PIECE = 16 * 1024;

    private FloatBytes() {}

    /** Reads exactly this many values. */
    static float[] read(InputStream in, int count) throws IOException {
        float[] values = new float[count];
        byte[] piece = new byte[PIECE * Float.BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(piece).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < count; at += PIECE) {
            int length = Math.min(PIECE, count - at);
            if (in.readNBytes(piece, 0, length * Float.BYTES) != length * Float.BYTES) {
                throw new EOFException("the agent sent fewer parameters than the model has");
            }
            buffer.asFloatBuffer().get(values, at, length);
        }
        return values;
    }

    /** A request body of these values. */
    static HttpRequest.BodyPublisher publisher(float[] values) {
        if (values.length == 0) {
            return HttpRequest.BodyPublishers.noBody();
        }
        Iterable<byte[]> pieces = () -> new Pieces(values);
        return HttpRequest.BodyPublishers.fromPublisher(
                HttpRequest.BodyPublishers.ofByteArrays(pieces), (long) values.length * Float.BYTES);
    }

    private static final class Pieces implements Iterator<byte[]> {
        private final float[] values;
        private int at;

        Pieces(float[] values) {
            this.values = values;
        }

        @Override
        public boolean hasNext() {
            return at < values.length;
        }

        @Override
        public byte[] next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            int length = Math.min(PIECE, values.length - at);
            ByteBuffer piece = ByteBuffer.allocate(length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            piece.asFloatBuffer().put(values, at, length);
            at += length;
            return piece.array();
        }
    }
}
