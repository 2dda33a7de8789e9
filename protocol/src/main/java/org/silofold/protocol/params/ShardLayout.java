package org.silofold.protocol.params;

import java.util.Objects;

/**
 * How a model's parameters lie in blocks and shards.
 *
 * <pre>
 *   parameters   0 .. N-1 | N .. 2N-1 | ...                     | last, then zeros |
 *   blocks       0        | 1         | ...                     | blocks-1         | meta block
 *   shards       0: blocks 0..95      | 1: blocks 96..191 | ... | the last is shorter
 * </pre>
 *
 * @param set the ring: N parameters a block
 * @param parameterCount parameters of the model, 1 or more
 */
public record ShardLayout(ParameterSet set, long parameterCount) {
    /** Blocks of a full shard: 768 KiB of words at N = 2048. */
    public static final int BLOCKS_PER_SHARD = 96;

    /** @throws IllegalArgumentException if there is no parameter, or more blocks than an int can number */
    public ShardLayout {
        Objects.requireNonNull(set);
        if (parameterCount < 1 || (parameterCount - 1) / set.n() >= Integer.MAX_VALUE - BLOCKS_PER_SHARD) {
            throw new IllegalArgumentException(
                    "a model has 1 or more parameters and fewer than 2^31 blocks: " + parameterCount);
        }
    }

    /** Parameter blocks, without the meta block. */
    public int blocks() {
        return (int) ((parameterCount - 1) / set.n() + 1);
    }

    /** Shards, 1 or more. */
    public int shards() {
        return (blocks() - 1) / BLOCKS_PER_SHARD + 1;
    }

    /** Index of the shard's first block. */
    public int firstBlock(int shard) {
        return Objects.checkIndex(shard, shards()) * BLOCKS_PER_SHARD;
    }

    /** Blocks in the shard, 1..{@value #BLOCKS_PER_SHARD}. */
    public int blocksIn(int shard) {
        return Math.min(BLOCKS_PER_SHARD, blocks() - firstBlock(shard));
    }

    /** Words in the shard, padding included. */
    public int wordsIn(int shard) {
        return blocksIn(shard) * set.n();
    }

    /** Bytes of the shard's words: four a word. */
    public int bytesIn(int shard) {
        return wordsIn(shard) * 4;
    }

    /** Index of the shard's first parameter in the model. */
    public long firstParameter(int shard) {
        return (long) firstBlock(shard) * set.n();
    }

    /** Parameters in the shard, without padding. */
    public int parametersIn(int shard) {
        return (int) Math.min(wordsIn(shard), parameterCount - firstParameter(shard));
    }

    /** Index of the meta block: one past the last parameter block. */
    public int metaBlock() {
        return blocks();
    }
}
