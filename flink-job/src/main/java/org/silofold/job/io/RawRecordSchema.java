package org.silofold.job.io;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.silofold.job.event.RawRecord;
import org.silofold.job.types.JobTypes;

/** Takes records as they are. Never throws: a record that is wrong must become a rejection, not a task that fails for ever. */
final class RawRecordSchema implements KafkaRecordDeserializationSchema<RawRecord> {
    private static final byte[] NOTHING = new byte[0];

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> kafka, Collector<RawRecord> out) {
        out.collect(new RawRecord(
                kafka.topic(),
                kafka.partition(),
                kafka.offset(),
                kafka.timestamp(),
                kafka.key() == null ? NOTHING : kafka.key(),
                kafka.value() == null ? NOTHING : kafka.value()));
    }

    @Override
    public TypeInformation<RawRecord> getProducedType() {
        return JobTypes.RAW;
    }
}
