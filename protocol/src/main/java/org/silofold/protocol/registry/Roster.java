package org.silofold.protocol.registry;

import java.util.List;
import org.silofold.protocol.message.Context;

/**
 * Who takes part in an epoch. Its digest, SHA-256 of its signed bytes, is in every header of the epoch.
 *
 * @param context the context
 * @param epoch from 1
 * @param sequence monotonic; grows with the epoch
 * @param silos names of the silos that may send updates
 * @param committee names of the members: the j-th holds point j, from 1
 * @param aggregator name of the aggregator
 * @param auditors names of the auditors to which updates are sealed too
 * @param notAfterMillis end of the epoch, epoch milliseconds
 */
public record Roster(
        Context context,
        int epoch,
        long sequence,
        List<String> silos,
        List<String> committee,
        String aggregator,
        List<String> auditors,
        long notAfterMillis)
        implements RegistryDocument {
    @Override
    public String key() {
        return "roster";
    }

    /** The point of this member, from 1; 0 if it has no seat. */
    public int point(String member) {
        return committee.indexOf(member) + 1;
    }
}
