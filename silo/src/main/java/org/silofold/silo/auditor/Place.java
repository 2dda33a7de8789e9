package org.silofold.silo.auditor;

import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
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
 * Where a record is that calls itself something.
 *
 * @param name what it calls itself
 * @param partition its partition
 * @param offset its offset
 */
record Place(Name name, TopicPartition partition, long offset) {
    private static final byte[] NO_ID = {};

    /**
     * What a record is called.
     *
     * @param kind its topic's kind
     * @param party whose topic it is; of an initial model, its name
     * @param id update id of a shard, digest of a manifest, cohort digest of a vote or answer
     * @param number of a shard, else 0
     */
    record Name(TopicKind kind, String party, byte[] id, int number) {}

    /** What the record calls itself; nothing of it is verified. Empty if it cannot be read or is of no kind that the auditor reads. */
    static Optional<Place> of(Topics topics, TopicPartition partition, long offset, byte[] value) {
        try {
            return topics.parse(partition.topic())
                    .flatMap(topic -> name(topic, value))
                    .map(name -> new Place(name, partition, offset));
        } catch (RejectedException e) {
            return Optional.empty();
        }
    }

    private static Optional<Name> name(Topics.Parsed topic, byte[] record) {
        TopicKind kind = topic.kind();
        return switch (kind) {
            case UPDATES -> {
                UpdateShard.Core core = SignedRecords.reread(UpdateShard.class, Purpose.UPDATE_SHARD, record)
                        .message()
                        .core();
                yield Optional.of(new Name(kind, topic.party(), core.updateId().toBytes(), core.shardIndex()));
            }
            case MANIFESTS -> {
                SignedRecord<UpdateManifest> manifest =
                        SignedRecords.reread(UpdateManifest.class, Purpose.UPDATE_MANIFEST, record);
                yield Optional.of(
                        new Name(kind, topic.party(), manifest.digest().toBytes(), 0));
            }
            case VOTES -> {
                UnmaskVote vote = SignedRecords.reread(UnmaskVote.class, Purpose.UNMASK_VOTE, record)
                        .message();
                yield Optional.of(
                        new Name(kind, topic.party(), vote.cohortDigest().toBytes(), 0));
            }
            case RESPONSES -> {
                UnmaskResponse answer = SignedRecords.reread(UnmaskResponse.class, Purpose.UNMASK_RESPONSE, record)
                        .message();
                yield Optional.of(
                        new Name(kind, topic.party(), answer.cohortDigest().toBytes(), 0));
            }
            case INITIAL_MODELS -> {
                ModelShard shard = SignedRecords.reread(ModelShard.class, Purpose.MODEL_SHARD, record)
                        .message();
                yield Optional.of(new Name(kind, shard.context().model(), NO_ID, shard.shardIndex()));
            }
            default -> Optional.empty();
        };
    }
}
