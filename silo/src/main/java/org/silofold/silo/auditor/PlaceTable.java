package org.silofold.silo.auditor;

import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.silofold.silo.store.Database;

/**
 * Where records are, by what they call themselves. Of one name the first {@value #MOST} are kept that verified when they were read, and as
 * many that did not: keys may be learnt later, and whoever writes junk under a name hides nothing that verifies.
 */
final class PlaceTable {
    /** Most records of one name that verified, and most that did not. */
    static final int MOST = 16;

    private final Database database;

    PlaceTable(Database database) {
        this.database = database;
    }

    /** Remembers the place of a record that verifies. */
    void add(Place place) {
        add(place, 1);
    }

    /** Remembers the place of a record that does not verify by what is known now. */
    void addUnverified(Place place) {
        add(place, 0);
    }

    private void add(Place place, int verified) {
        Place.Name name = place.name();
        database.update(
                "INSERT INTO place (kind, party, id, number, topic, part, position, verified)"
                        + " SELECT ?, ?, ?, ?, ?, ?, ?, ? WHERE (SELECT count(*) FROM place"
                        + " WHERE kind = ? AND party = ? AND id = ? AND number = ? AND verified = ?) < ?"
                        + " ON CONFLICT DO NOTHING",
                name.kind().word(),
                name.party(),
                name.id(),
                name.number(),
                place.partition().topic(),
                place.partition().partition(),
                place.offset(),
                verified,
                name.kind().word(),
                name.party(),
                name.id(),
                name.number(),
                verified,
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
