package org.apache.flink.connector.kafka.sink;

import java.io.IOException;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.kafka.clients.admin.Admin;

/**
 * A Kafka sink, exactly once, whose writers close the admin client with which they look for transactions that are left open. Those of
 * flink-connector-kafka 5.0.0 do not: at each restart a thread would stay, and with it all classes of the job, in the TaskManager's metaspace.
 * State is the Kafka sink's own. In the connector's package, as its writers are made and held there: a writer that fails while it is made closes
 * itself and is then out of reach.
 *
 * @param <IN> what it writes
 */
public final class ClosingSink<IN> extends KafkaSink<IN> {
    private static final long serialVersionUID = 1;

    private final String transactionalIdPrefix;
    private final KafkaRecordSerializationSchema<IN> serializer;
    private final TransactionNamingStrategy naming;

    /**
     * @param like the sink as the connector builds it, exactly once
     * @param transactionalIdPrefix its prefix of transactional ids
     * @param serializer its serializer
     * @param naming its naming of transactions
     */
    public ClosingSink(
            KafkaSink<IN> like,
            String transactionalIdPrefix,
            KafkaRecordSerializationSchema<IN> serializer,
            TransactionNamingStrategy naming) {
        super(DeliveryGuarantee.EXACTLY_ONCE, like.getKafkaProducerConfig(), transactionalIdPrefix, serializer, naming);
        this.transactionalIdPrefix = transactionalIdPrefix;
        this.serializer = serializer;
        this.naming = naming;
    }

    @Override
    public KafkaWriter<IN> restoreWriter(WriterInitContext context, Collection<KafkaWriterState> recovered) {
        KafkaWriter<IN> writer = new Writer(context, recovered);
        writer.initialize();
        return writer;
    }

    /** Closes all that it made: called when the task ends, and by {@link #initialize} when that fails. */
    @SuppressWarnings("try") // closing may be interrupted, as the connector has it
    private final class Writer extends ExactlyOnceKafkaWriter<IN> {
        private static final Duration CLOSING = Duration.ofSeconds(5);

        Writer(WriterInitContext context, Collection<KafkaWriterState> recovered) {
            super(
                    DeliveryGuarantee.EXACTLY_ONCE,
                    getKafkaProducerConfig(),
                    transactionalIdPrefix,
                    context,
                    serializer,
                    context.asSerializationSchemaInitializationContext(),
                    naming.getAbortImpl(),
                    naming.getImpl(),
                    recovered);
        }

        @Override
        public void close() throws Exception {
            try {
                super.close();
            } finally {
                closeAdmin();
            }
        }

        private void closeAdmin() throws IOException {
            try {
                Field field = ExactlyOnceKafkaWriter.class.getDeclaredField("adminClient");
                field.setAccessible(true);
                Admin admin = (Admin) field.get(this);
                if (admin != null) {
                    admin.close(CLOSING);
                }
            } catch (NoSuchFieldException | IllegalAccessException e) {
                throw new IOException("the Kafka connector is another than ClosingSink is for", e);
            }
        }
    }
}
