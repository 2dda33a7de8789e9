package org.silofold.job.event;

import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;

/** What publish hears about a model. */
public sealed interface PublishInput {
    /** The model. */
    String model();

    /**
     * A shard of an attempt at a version was made; it is not sent out before the version's manifest.
     *
     * @param model the model
     * @param buffer the version and the attempt
     * @param index shard index, from 0
     * @param digest SHA-256 of the shard's parameters
     * @param context the aggregator's context for the model
     * @param outOfBounds sums beyond what the cohort can sum to: above 0 proves a broken contribution
     */
    record ShardDone(String model, Buffer buffer, int index, Digest digest, Context context, int outOfBounds)
            implements PublishInput {}

    /**
     * The coordinator wants a version published.
     *
     * @param model the model
     * @param command how
     */
    record Publish(String model, PublishCommand command) implements PublishInput {}

    /**
     * What was written of an attempt is not in the log: write it once more.
     *
     * @param model the model
     * @param buffer the version and the attempt
     */
    record PublishAgain(String model, Buffer buffer) implements PublishInput {}

    /**
     * The coordinator decided something.
     *
     * @param model the model
     * @param context the aggregator's context for the model
     * @param note what and why
     */
    record Note(String model, Context context, AuditNote note) implements PublishInput {}
}
