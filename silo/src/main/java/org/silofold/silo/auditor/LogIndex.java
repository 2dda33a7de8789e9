package org.silofold.silo.auditor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.Topics;
import org.silofold.silo.agent.ModelChain;
import org.silofold.silo.agent.Registry;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.store.StoredManifest;

/**
 * Where the records of a log that is read once are, and the recomputation of its versions from them. Everything is in one directory, which may
 * be thrown away afterwards. Not thread-safe.
 */
public final class LogIndex implements AutoCloseable {
    private final Topics topics;
    private final AuditStore store;
    private final StateFiles files;
    private final Verifier verifier;

    private LogIndex(Topics topics, AuditStore store, StateFiles files, Verifier verifier) {
        this.verifier = verifier;
        this.topics = topics;
        this.store = store;
        this.files = files;
    }

    /**
     * An index in a directory that holds none.
     *
     * @param topics names of the topics that are read
     * @param parties whom the authority enrolled, before the first record is added
     */
    public static LogIndex create(Topics topics, Parties parties, Path directory) throws IOException {
        return new LogIndex(
                topics,
                AuditStore.open(directory.resolve("index.db")),
                new StateFiles(directory.resolve("state")),
                new Verifier(parties));
    }

    /** Gives a record again by its place. */
    @FunctionalInterface
    public interface Fetcher {
        /** The record at this offset; empty if the log does not hold it any more. */
        Optional<LogRecord> fetch(TopicPartition partition, long offset);

        /** Reads records from a broker. */
        static Fetcher of(RecordFetcher fetcher) {
            return (partition, offset) ->
                    fetcher.fetch(partition, offset).map(record -> new LogRecord(record.value(), record.timestamp()));
        }
    }

    /** Makes several additions one, which is faster. */
    public void transaction(Runnable additions) {
        store.transaction(additions);
    }

    /** Remembers where a record is; one that the auditor does not read is passed over. */
    public void add(TopicPartition partition, long offset, LogRecord record) {
        Place.of(topics, partition, offset, record.value()).ifPresent(place -> {
            if (topics.parse(partition.topic())
                    .filter(topic -> verifier.verifies(topic, record))
                    .isPresent()) {
                store.places().add(place);
            } else {
                store.places().addUnverified(place);
            }
        });
    }

    /** The log that was indexed. */
    public CohortLog log(Fetcher fetcher) {
        return new IndexedLog(store.places(), fetcher);
    }

    /**
     * Makes versions again from this index.
     *
     * @param party the aggregator or an auditor, whose KEM keys open the updates
     * @param chain the manifests, one a version
     */
    public Recomputation recomputation(
            PartyDirectory party, Registry registry, Parties parties, ModelChain chain, Fetcher fetcher) {
        Auditor auditor = new Auditor(party, registry, parties, chain, store, files, log(fetcher));
        return model -> {
            Optional<StoredManifest> due = auditor.due(model);
            if (due.isPresent()) {
                auditor.audit(due.get());
            }
            return due;
        };
    }

    /** Makes the versions of models again, one after the other. */
    @FunctionalInterface
    public interface Recomputation {
        /**
         * Makes a model's next version again.
         *
         * @return which, if it is as its manifest says; empty if all were made
         * @throws RejectedException if it is not
         * @throws MissingRecordException if it cannot be made
         */
        Optional<StoredManifest> next(String model) throws IOException;
    }

    @Override
    public void close() {
        store.close();
    }
}
