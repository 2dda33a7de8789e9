package org.silofold.job.config;

import java.io.Serializable;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;

/**
 * Who the job is.
 *
 * @param federation name of the federation
 * @param aggregator the aggregator's name
 * @param topicPrefix what comes before every topic's name, joined by a dot; may be empty
 */
public record Party(String federation, String aggregator, String topicPrefix) implements Serializable {
    /** A context outside of epochs, for records about things that no registry document covers. */
    public Context context(String model, Purpose purpose) {
        return new Context(
                Context.VERSION,
                Suite.ML_KEM_768_ML_DSA_65.text(),
                federation,
                0,
                Digest.ZERO,
                0,
                model,
                aggregator,
                purpose);
    }
}
