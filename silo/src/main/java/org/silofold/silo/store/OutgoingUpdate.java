package org.silofold.silo.store;

import java.util.Optional;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.reason.Reason;

/**
 * An update of this party, as the agent remembers it.
 *
 * @param updateId its id
 * @param model its model
 * @param baseVersion the version it was trained from
 * @param sequence this party's counter for the model
 * @param shards how many shard records it has, besides the manifest record
 * @param bytes size of all its records
 * @param expiryMillis epoch milliseconds after which it can join no cohort
 * @param createdMillis when it was submitted
 * @param sent whether the broker has acknowledged all its records
 * @param state how far it came
 * @param version the version that it joined or is in, else -1
 * @param reason why it was refused or spent
 * @param detail one line for a person, may be empty
 */
public record OutgoingUpdate(
        UpdateId updateId,
        String model,
        long baseVersion,
        long sequence,
        int shards,
        long bytes,
        long expiryMillis,
        long createdMillis,
        boolean sent,
        UpdateState state,
        long version,
        Optional<Reason> reason,
        String detail) {}
