package org.silofold.job.fold;

import java.util.OptionalLong;
import org.silofold.protocol.message.Context;

/**
 * The next version of a shard, made but not applied: it is sent out and stepped from only once its version's manifest is in the log.
 *
 * @param accumulator what it was opened from; empty for version 0
 * @param context the context it is sent out in
 * @param model the shard's model
 */
record Candidate(OptionalLong accumulator, Context context, ShardModel model) {
    boolean isOf(long number) {
        return accumulator.isPresent() && accumulator.getAsLong() == number;
    }
}
