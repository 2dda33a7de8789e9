package org.silofold.silo.auditor;

import java.util.ArrayList;
import java.util.List;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.schemas.TopicKind;

/** Kafka's log, read again where the auditor's store says that the records are. */
final class IndexedLog implements CohortLog {
    private final PlaceTable places;
    private final LogIndex.Fetcher fetcher;

    IndexedLog(PlaceTable places, LogIndex.Fetcher fetcher) {
        this.places = places;
        this.fetcher = fetcher;
    }

    @Override
    public List<LogRecord> manifests(UpdateRef update) {
        return records(new Place.Name(
                TopicKind.MANIFESTS, update.silo(), update.manifestDigest().toBytes(), 0));
    }

    @Override
    public boolean hasShard(String silo, UpdateId updateId, int shard) {
        return !places.find(shardName(silo, updateId, shard)).isEmpty();
    }

    @Override
    public List<LogRecord> shards(String silo, UpdateId updateId, int shard) {
        return records(shardName(silo, updateId, shard));
    }

    private static Place.Name shardName(String silo, UpdateId updateId, int shard) {
        return new Place.Name(TopicKind.UPDATES, silo, updateId.toBytes(), shard);
    }

    @Override
    public List<LogRecord> votes(String member, Digest cohort) {
        return records(new Place.Name(TopicKind.VOTES, member, cohort.toBytes(), 0));
    }

    @Override
    public List<LogRecord> responses(String member, Digest cohort) {
        return records(new Place.Name(TopicKind.RESPONSES, member, cohort.toBytes(), 0));
    }

    @Override
    public List<LogRecord> initial(String model, int shard) {
        return records(new Place.Name(TopicKind.INITIAL_MODELS, model, new byte[0], shard));
    }

    private List<LogRecord> records(Place.Name name) {
        List<LogRecord> records = new ArrayList<>();
        boolean gone = false;
        for (Place place : places.find(name)) {
            var found = fetcher.fetch(place.partition(), place.offset());
            gone |= found.isEmpty();
            found.ifPresent(records::add);
        }
        // Compaction takes away what a newer record replaces: then that one is here.
        if (gone && (records.isEmpty() || name.kind() != TopicKind.INITIAL_MODELS)) {
            throw new MissingRecordException(
                    MissingRecordException.Kind.GONE,
                    "records of " + name.kind().word() + " of " + name.party() + ", older than what the log keeps");
        }
        return records;
    }
}
