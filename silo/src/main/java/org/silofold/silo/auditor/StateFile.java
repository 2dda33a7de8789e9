package org.silofold.silo.auditor;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.params.ShardLayout;

/**
 * A model's state on disk, of one version:
 *
 * <pre>
 *   shard 0: x | m | v    shard 1: x | m | v    ...     float32 little-endian
 * </pre>
 *
 * Read or written whole, shard by shard in order; the digest over all of it shows a disk that lies. Not thread-safe.
 */
final class StateFile implements ModelState, AutoCloseable {
    private final FileChannel channel;
    private final ShardLayout layout;
    private final MessageDigest sha = Digest.newSha256();

    /** @param channel closed with this */
    StateFile(FileChannel channel, ShardLayout layout) {
        this.channel = channel;
        this.layout = layout;
    }

    @Override
    public ShardState read(int shard) throws IOException {
        return new ShardState(read(shard, 0), read(shard, 1), read(shard, 2));
    }

    private float[] read(int shard, int array) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(layout.parametersIn(shard) * Float.BYTES);
        long position = position(shard, array);
        while (bytes.hasRemaining()) {
            int count = channel.read(bytes, position);
            if (count < 0) {
                throw new EOFException("the auditor's state ends early");
            }
            position += count;
        }
        sha.update(bytes.array());
        return ShardState.floats(bytes.flip());
    }

    @Override
    public void write(int shard, ShardState state) throws IOException {
        write(position(shard, 0), state.parameters());
        write(position(shard, 1), state.firstMoment());
        write(position(shard, 2), state.secondMoment());
    }

    private void write(long at, float[] values) throws IOException {
        byte[] raw = ShardState.bytes(values);
        sha.update(raw);
        ByteBuffer bytes = ByteBuffer.wrap(raw);
        long position = at;
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
    }

    private long position(int shard, int array) {
        long first = 3 * layout.firstParameter(shard) + (long) array * layout.parametersIn(shard);
        return first * Float.BYTES;
    }

    /** SHA-256 of everything read or written; asked for once, at the end. */
    Digest digest() {
        return Digest.of(sha.digest());
    }

    /** Makes what was written durable. */
    void sync() throws IOException {
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
