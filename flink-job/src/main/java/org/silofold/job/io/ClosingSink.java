package org.silofold.job.io;

import java.io.IOException;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.kafka.clients.admin.Admin;
import org.silofold.job.event.OutRecord;

/**
 * A Kafka sink whose writers close the admin client with which they look for transactions that are left open. The writer of
 * flink-connector-kafka 5.0.0 does not: at each restart its thread would stay, and with it all classes of the job, in the TaskManager's
 * metaspace. State is the Kafka sink's own.
 */
final class ClosingSink
        implements Sink<OutRecord>,
                SupportsWriterState<OutRecord, KafkaWriterState>,
                SupportsCommitter<KafkaCommittable>,
                SupportsPostCommitTopology<KafkaCommittable> {
    private static final long serialVersionUID = 1;
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final KafkaSink<OutRecord> sink;
    private final Properties client;
    private final List<String> topics;

    /**
     * @param sink what writes
     * @param client settings of Kafka clients, the broker's address among them
     * @param topics where it writes
     */
    ClosingSink(KafkaSink<OutRecord> sink, Properties client, List<String> topics) {
        this.sink = sink;
        this.client = client;
        this.topics = List.copyOf(topics);
    }

    @Override
    public Writer createWriter(WriterInitContext context) throws IOException {
        return make(() -> stateful(((Sink<OutRecord>) sink).createWriter(context)));
    }

    @Override
    public Writer restoreWriter(WriterInitContext context, Collection<KafkaWriterState> recovered) throws IOException {
        SupportsWriterState<OutRecord, KafkaWriterState> stateful = sink;
        return make(() -> stateful.restoreWriter(context, recovered));
    }

    /**
     * Makes a writer, which nothing interrupts: one that is half made is out of reach. A task that is cancelled meanwhile waits for it and
     * closes it; Kafka's clients give up long before Flink's patience with a task that does not end (180 s).
     */
    private Writer make(Callable<StatefulSinkWriter<OutRecord, KafkaWriterState>> making) throws IOException {
        FutureTask<StatefulSinkWriter<OutRecord, KafkaWriterState>> task = new FutureTask<>(() -> {
            requireBroker();
            return making.call();
        });
        Thread maker = new Thread(task, "sink-writer-maker");
        maker.setDaemon(true);
        maker.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    Writer writer = new Writer(task.get());
                    if (interrupted) {
                        writer.close();
                        throw new IOException("the task was cancelled");
                    }
                    return writer;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("a writer that is not needed cannot be closed", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The connector's class of writers is not public. */
    @SuppressWarnings("unchecked")
    private static StatefulSinkWriter<OutRecord, KafkaWriterState> stateful(SinkWriter<OutRecord> writer) {
        return (StatefulSinkWriter<OutRecord, KafkaWriterState>) writer;
    }

    /** A writer that finds no broker when it is made ends half made, too: so this asks first, with a client of its own. */
    private void requireBroker() throws IOException {
        Admin admin = Admin.create(client);
        try {
            admin.describeTopics(topics).allTopicNames().get();
        } catch (ExecutionException e) {
            throw new IOException(
                    "no word from Kafka of " + topics + ": " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while Kafka was asked for " + topics, e);
        } finally {
            admin.close(CLOSING);
        }
    }

    @Override
    public SimpleVersionedSerializer<KafkaWriterState> getWriterStateSerializer() {
        return sink.getWriterStateSerializer();
    }

    @Override
    public Committer<KafkaCommittable> createCommitter(CommitterInitContext context) throws IOException {
        return sink.createCommitter(context);
    }

    @Override
    public SimpleVersionedSerializer<KafkaCommittable> getCommittableSerializer() {
        return sink.getCommittableSerializer();
    }

    @Override
    public void addPostCommitTopology(DataStream<CommittableMessage<KafkaCommittable>> committables) {
        sink.addPostCommitTopology(committables);
    }

    /** The Kafka sink's writer, whose admin client ends with it. */
    @SuppressWarnings("try") // closing may be interrupted, as the interface has it
    static final class Writer
            implements StatefulSinkWriter<OutRecord, KafkaWriterState>,
                    CommittingSinkWriter<OutRecord, KafkaCommittable> {
        private final StatefulSinkWriter<OutRecord, KafkaWriterState> writer;

        private Writer(StatefulSinkWriter<OutRecord, KafkaWriterState> writer) {
            this.writer = writer;
        }

        @Override
        public void write(OutRecord element, Context context) throws IOException, InterruptedException {
            writer.write(element, context);
        }

        @Override
        public void flush(boolean endOfInput) throws IOException, InterruptedException {
            writer.flush(endOfInput);
        }

        @Override
        @SuppressWarnings("unchecked")
        public Collection<KafkaCommittable> prepareCommit() throws IOException, InterruptedException {
            return ((CommittingSinkWriter<OutRecord, KafkaCommittable>) writer).prepareCommit();
        }

        @Override
        public List<KafkaWriterState> snapshotState(long checkpointId) throws IOException {
            return writer.snapshotState(checkpointId);
        }

        @Override
        public void close() throws Exception {
            try {
                writer.close();
            } finally {
                closeAdmin();
            }
        }

        /** Nothing of a writer that has no such field: another release of the connector. */
        private void closeAdmin() throws IllegalAccessException {
            for (Class<?> type = writer.getClass(); type != null; type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    if (Admin.class.isAssignableFrom(field.getType())) {
                        field.setAccessible(true);
                        Admin admin = (Admin) field.get(writer);
                        if (admin != null) {
                            admin.close(CLOSING);
                        }
                    }
                }
            }
        }
    }
}
