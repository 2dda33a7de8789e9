package org.silofold.job.io;

import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.silofold.job.event.OutRecord;

/**
 * Writes records where they say. Names the topics beforehand, since the sink looks there for transactions that a predecessor left open: a
 * record for any other topic is a mistake of this job's.
 */
final class OutRecordSchema implements KafkaRecordSerializationSchema<OutRecord>, KafkaDatasetFacetProvider {
    private final List<String> topics;

    OutRecordSchema(List<String> topics) {
        this.topics = List.copyOf(topics);
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(OutRecord element, KafkaSinkContext context, Long timestamp) {
        if (!topics.contains(element.topic())) {
            throw new IllegalStateException("a record for " + element.topic() + " in the sink of " + topics);
        }
        return new ProducerRecord<>(element.topic(), element.key().orElse(null), element.value());
    }

    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return Optional.of(
                new DefaultKafkaDatasetFacet(DefaultKafkaDatasetIdentifier.ofTopics(topics), new Properties()));
    }
}
