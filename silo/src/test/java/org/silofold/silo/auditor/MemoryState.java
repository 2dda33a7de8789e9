package org.silofold.silo.auditor;

import java.util.Map;
import java.util.TreeMap;

/** A model's state in memory; what is read may be changed by its reader. */
final class MemoryState implements ModelState {
    final Map<Integer, ShardState> shards = new TreeMap<>();

    @Override
    public ShardState read(int shard) {
        ShardState state = shards.get(shard);
        return new ShardState(
                state.parameters().clone(),
                state.firstMoment().clone(),
                state.secondMoment().clone());
    }

    @Override
    public void write(int shard, ShardState state) {
        if (shards.put(shard, state) != null) {
            throw new AssertionError("shard " + shard + " was written twice");
        }
    }

    float[] parameters(int count) {
        float[] all = new float[count];
        int at = 0;
        for (ShardState shard : shards.values()) {
            System.arraycopy(shard.parameters(), 0, all, at, shard.parameters().length);
            at += shard.parameters().length;
        }
        return all;
    }
}
