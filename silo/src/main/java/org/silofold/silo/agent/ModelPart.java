package org.silofold.silo.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.params.ShardLayout;

/** A model version that is being put together on disk, shard by shard. Used by one thread. */
final class ModelPart implements AutoCloseable {
    private final ShardLayout layout;
    private final FileChannel channel;
    private final Digest[] digests;
    private int missing;

    /** @param channel an empty file, closed by {@link #close()} */
    ModelPart(ShardLayout layout, FileChannel channel) {
        this.layout = layout;
        this.channel = channel;
        this.digests = new Digest[layout.shards()];
        this.missing = digests.length;
    }

    /** Writes a shard, or writes over it: as on the compacted topic, the last one counts. */
    void put(int shard, byte[] record, int offset, int length, Digest digest) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(record, offset, length);
        long position = layout.firstParameter(shard) * Float.BYTES;
        while (buffer.hasRemaining()) {
            position += channel.write(buffer, position);
        }
        if (digests[shard] == null) {
            missing--;
        }
        digests[shard] = digest;
    }

    /** Whether every shard is here. */
    boolean complete() {
        return missing == 0;
    }

    /** The shards' digests, once complete. */
    List<Digest> digests() {
        return new ArrayList<>(List.of(digests));
    }

    FileChannel channel() {
        return channel;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
