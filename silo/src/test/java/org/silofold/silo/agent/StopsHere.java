package org.silofold.silo.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Stops a producer at one point of publishing, for ever, and says so by making a file: named in the client settings of an agent that is then killed. A
 * consumer that has it too is left alone.
 */
public final class StopsHere implements ProducerInterceptor<byte[], byte[]>, ConsumerInterceptor<byte[], byte[]> {
    static final String AT = "stops.at";
    static final String SAYS_SO = "stops.says-so";

    /** Where it stops. */
    enum Point {
        /** The broker has the first shard. */
        FIRST_SHARD,
        /** The broker has a shard that is neither the first nor the last. */
        MIDDLE_SHARD,
        /** The broker has every shard, and the manifest is about to be sent. */
        BEFORE_MANIFEST,
        /** The broker has acknowledged the manifest, and the agent does not know yet. */
        ACKNOWLEDGED
    }

    private final AtomicInteger shards = new AtomicInteger();
    private Point at;
    private Path saysSo;

    @Override
    public void configure(Map<String, ?> settings) {
        at = Point.valueOf(settings.get(AT).toString());
        saysSo = Path.of(settings.get(SAYS_SO).toString());
    }

    @Override
    public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
        if (at == Point.BEFORE_MANIFEST && record.topic().startsWith("manifests.")) {
            stop();
        }
        return record;
    }

    /** On the client's own thread, before anybody who waits for the record is told. */
    @Override
    public void onAcknowledgement(RecordMetadata metadata, Exception failure) {
        if (failure != null) {
            return;
        }
        if (metadata.topic().startsWith("updates.")) {
            int shard = shards.getAndIncrement();
            if ((at == Point.FIRST_SHARD && shard == 0) || (at == Point.MIDDLE_SHARD && shard == 1)) {
                stop();
            }
        } else if (at == Point.ACKNOWLEDGED && metadata.topic().startsWith("manifests.")) {
            stop();
        }
    }

    private void stop() {
        try {
            Files.createFile(saysSo);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        while (!Thread.currentThread().isInterrupted()) {
            LockSupport.park();
        }
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}
}
