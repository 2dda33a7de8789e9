package org.silofold.silo.auditor;

import java.util.List;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;

/**
 * Where the records of a version are. Each method gives every record that calls itself what is asked for, in the order of the log; none is
 * verified, the first that verifies stands.
 *
 * <p>All throw {@link MissingRecordException} ({@link MissingRecordException.Kind#GONE}) if a record was in the log and is not any more.
 */
public interface CohortLog {
    /** Manifests with this digest, on the topic of this update's silo. */
    List<LogRecord> manifests(UpdateRef update);

    /** Whether there is any record of a shard. */
    boolean hasShard(String silo, UpdateId updateId, int shard);

    /** Records of a shard of an update. */
    List<LogRecord> shards(String silo, UpdateId updateId, int shard);

    /** A member's answers to a cohort, votes and refusals. */
    List<LogRecord> votes(String member, Digest cohort);

    /** A member's sums of shares for a cohort. */
    List<LogRecord> responses(String member, Digest cohort);

    /** Records of a shard of the authority's initial model; the newest one stands. */
    List<LogRecord> initial(String model, int shard);
}
