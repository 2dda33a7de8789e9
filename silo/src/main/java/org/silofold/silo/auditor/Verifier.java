package org.silofold.silo.auditor;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.LongStream;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.TopicKind;
import org.silofold.schemas.Topics;

/**
 * Verifies records of the log: signed by the party whose topic it is, under its enrolled key.
 *
 * @param parties whom the authority enrolled
 */
public record Verifier(Parties parties) {
    /**
     * A revocation or an enrolment says from when it holds and is read later: for so long others may honestly have gone by what they knew.
     */
    static final Duration GRACE = Duration.ofHours(1);

    /** The record, or empty if it does not verify: whoever can write to a topic can put junk there. */
    public <T extends Message> Optional<SignedRecord<T>> open(
            Class<T> type, Purpose purpose, TopicKind topic, String sender, LogRecord record) {
        return parties.identityKey(sender, record.timestampMillis()).flatMap(key -> {
            try {
                return Optional.of(SignedRecords.open(type, purpose, record.value(), sender, key, topic.limits()));
            } catch (RejectedException e) {
                return Optional.empty();
            }
        });
    }

    /** As {@link #open}; empty too if the sender's enrolment did not hold then, nor {@link #GRACE} before or after. */
    public <T extends Message> Optional<SignedRecord<T>> openInTime(
            Class<T> type, Purpose purpose, TopicKind topic, String sender, LogRecord record) {
        long then = record.timestampMillis();
        boolean held = LongStream.of(then, then - GRACE.toMillis(), then + GRACE.toMillis())
                .anyMatch(at -> !parties.isRevoked(sender, at));
        return held ? open(type, purpose, topic, sender, record) : Optional.empty();
    }

    /** Whether a record of a topic that the auditor reads is signed as it must be, by the keys that are known now. */
    boolean verifies(Topics.Parsed topic, LogRecord record) {
        TopicKind kind = topic.kind();
        return switch (kind) {
            case UPDATES ->
                open(UpdateShard.class, Purpose.UPDATE_SHARD, kind, topic.party(), record)
                        .isPresent();
            case MANIFESTS ->
                open(UpdateManifest.class, Purpose.UPDATE_MANIFEST, kind, topic.party(), record)
                        .isPresent();
            case VOTES ->
                open(UnmaskVote.class, Purpose.UNMASK_VOTE, kind, topic.party(), record)
                        .isPresent();
            case RESPONSES ->
                open(UnmaskResponse.class, Purpose.UNMASK_RESPONSE, kind, topic.party(), record)
                        .isPresent();
            case INITIAL_MODELS ->
                openAuthoritys(ModelShard.class, Purpose.MODEL_SHARD, kind, record)
                        .isPresent();
            default -> false;
        };
    }

    /**
     * What it means that a sender's records cannot be judged here: they do not verify, and others may know, or have known, another key; or
     * they are several, of which others may have read another first.
     */
    MissingRecordException unverified(String sender, String what) {
        return parties.identityKey(sender).isEmpty()
                ? new MissingRecordException(
                        MissingRecordException.Kind.NOT_REGISTERED, "the enrolment of " + sender + ", for " + what)
                : new MissingRecordException(
                        MissingRecordException.Kind.CLOSED,
                        what + ": what is there does not verify here, or is several things");
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
