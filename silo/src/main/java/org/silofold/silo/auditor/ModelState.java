package org.silofold.silo.auditor;

import java.io.IOException;

/** A model's state, shard by shard. */
public interface ModelState {
    /** A shard's state. */
    ShardState read(int shard) throws IOException;

    /** Writes a shard's state; every shard is written once, in order. */
    void write(int shard, ShardState state) throws IOException;
}
