package org.silofold.silo.auditor;

import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.silofold.silo.store.Database;

/**
 * Where records are, by what they call themselves. Of one name the first {@value #MOST} are kept: whoever writes junk under a name can only
 * hide its own records.
 */
final class PlaceTable {
    /** Most records of one name. */
    static final int MOST = 16;

    private final Database database;

    PlaceTable(Database database) {
        this.database = database;
    }

    /** Remembers a place. */
    void add(Place place) {
        Place.Name name = place.name();
        database.update(
                "INSERT INTO place (kind, party, id, number, topic, part, position)"
                        + " SELECT ?, ?, ?, ?, ?, ?, ? WHERE"
                        + " (SELECT count(*) FROM place WHERE kind = ? AND party = ? AND id = ? AND number = ?) < ?"
                        + " ON CONFLICT DO NOTHING",
                name.kind().word(),
                name.party(),
                name.id(),
                name.number(),
                place.partition().topic(),
                place.partition().partition(),
                place.offset(),
                name.kind().word(),
                name.party(),
                name.id(),
                name.number(),
                MOST);
    }

    /** The places of a name, in the order of their partitions. */
    List<Place> find(Place.Name name) {
        return database.query(
                row -> new Place(
                        name, new TopicPartition(row.getString("topic"), row.getInt("part")), row.getLong("position")),
                "SELECT topic, part, position FROM place WHERE kind = ? AND party = ? AND id = ? AND number = ?"
                        + " ORDER BY part, position",
                name.kind().word(),
                name.party(),
                name.id(),
                name.number());
    }

    /** Forgets what the log no longer holds of a partition. */
    void forgetBefore(TopicPartition partition, long offset) {
        database.update(
                "DELETE FROM place WHERE topic = ? AND part = ? AND position < ?",
                partition.topic(),
                partition.partition(),
                offset);
    }
}
