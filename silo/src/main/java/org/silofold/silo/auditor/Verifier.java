package org.silofold.silo.auditor;

import java.util.Optional;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.TopicKind;

/**
 * Verifies records of the log: signed by the party whose topic it is, under its enrolled key, at a time when its enrolment held.
 *
 * @param parties whom the authority enrolled
 */
record Verifier(Parties parties) {
    /** The record, or empty if it does not verify: whoever can write to a topic can put junk there. */
    <T extends Message> Optional<SignedRecord<T>> open(
            Class<T> type, Purpose purpose, TopicKind topic, String sender, LogRecord record) {
        if (parties.isRevoked(sender, record.timestampMillis())) {
            return Optional.empty();
        }
        return parties.identityKey(sender).flatMap(key -> {
            try {
                return Optional.of(SignedRecords.open(type, purpose, record.value(), sender, key, topic.limits()));
            } catch (RejectedException e) {
                return Optional.empty();
            }
        });
    }

    /** The record of the authority's, or empty if it is none. */
    <T extends Message> Optional<SignedRecord<T>> openAuthoritys(
            Class<T> type, Purpose purpose, TopicKind topic, LogRecord record) {
        try {
            return Optional.of(
                    SignedRecords.openByKey(type, purpose, record.value(), parties.authority(), topic.limits()));
        } catch (RejectedException e) {
            return Optional.empty();
        }
    }

    /** Whether two messages are about one model in one epoch of one federation, whoever sends them and under which policy. */
    static boolean sameEpoch(Context one, Context other) {
        return one.federation().equals(other.federation())
                && one.rosterEpoch() == other.rosterEpoch()
                && one.rosterDigest().equals(other.rosterDigest())
                && one.model().equals(other.model());
    }
}
