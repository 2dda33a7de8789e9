package org.silofold.demo.watch;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;
import org.silofold.silo.auditor.RecordFetcher;

/** Where each masked shard is in the log, so that a version's cohort can be read again without keeping any bytes. Not thread-safe. */
final class ShardIndex implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private record Shard(String silo, UpdateId updateId, int index) {}

    private record Place(TopicPartition partition, long offset) {}

    private final LogReader scan;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final RecordFetcher fetcher;
    private final Map<Shard, Place> places = new HashMap<>();
    /** Records that are no shards: the job rejects them, and no cohort can name them. */
    private long notShards;

    ShardIndex(String bootstrap, List<String> silos) {
        List<String> topics = silos.stream().map(new Topics("")::updates).toList();
        this.scan = new LogReader(bootstrap, topics);
        this.consumer = LogReader.consumer(bootstrap);
        this.fetcher = new RecordFetcher(consumer);
    }

    /** A shard's record, and the bytes of the log it took, key included. */
    record Read(SignedRecord<UpdateShard> record, int bytes) {}

    /** The record of a shard. */
    Read read(String silo, UpdateId updateId, int index) {
        Shard shard = new Shard(silo, updateId, index);
        if (!places.containsKey(shard)) {
            catchUp();
        }
        Place place = places.get(shard);
        if (place == null) {
            throw new IllegalStateException("shard " + index + " of " + updateId + " is not in the log (" + notShards
                    + " records are no shards)");
        }
        return fetcher.fetch(place.partition(), place.offset())
                .map(record -> new Read(
                        SignedRecords.reread(UpdateShard.class, Purpose.UPDATE_SHARD, record.value()),
                        LogReader.bytes(record)))
                .orElseThrow(() -> new IllegalStateException("shard " + index + " of " + updateId + " is gone"));
    }

    private void catchUp() {
        do {
            for (ConsumerRecord<byte[], byte[]> record : scan.poll(POLL)) {
                try {
                    UpdateShard.Core core = SignedRecords.reread(
                                    UpdateShard.class, Purpose.UPDATE_SHARD, record.value())
                            .message()
                            .core();
                    places.putIfAbsent(
                            new Shard(core.context().sender(), core.updateId(), core.shardIndex()),
                            new Place(new TopicPartition(record.topic(), record.partition()), record.offset()));
                } catch (RejectedException e) {
                    notShards++;
                }
            }
        } while (!scan.caughtUp());
    }

    @Override
    public void close() {
        scan.close();
        consumer.close();
    }
}
