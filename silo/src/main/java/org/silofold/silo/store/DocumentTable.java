package org.silofold.silo.store;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Verified registry documents: the newest of each key, and every policy and roster ever seen. */
public final class DocumentTable {
    private final Database database;

    DocumentTable(Database database) {
        this.database = database;
    }

    /** The newest record of each key, in the order in which they were accepted. */
    public Map<String, byte[]> all() {
        Map<String, byte[]> records = new LinkedHashMap<>();
        database.query(
                row -> records.put(row.getString(1), row.getBytes(2)),
                "SELECT key, record FROM document ORDER BY position");
        return records;
    }

    /** Remembers the newest record of a key. */
    public void put(String key, byte[] record) {
        database.update(
                "INSERT INTO document (key, position, record)"
                        + " VALUES (?, (SELECT coalesce(max(position), 0) + 1 FROM document), ?)"
                        + " ON CONFLICT (key) DO UPDATE SET position = excluded.position, record = excluded.record",
                key,
                record);
    }

    /** Forgets a key's record. */
    public void remove(String key) {
        database.update("DELETE FROM document WHERE key = ?", key);
    }

    /** Remembers a policy beside its successors. */
    public void putPolicy(String model, long sequence, byte[] record) {
        database.update(
                "INSERT INTO policy (model, sequence, record) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                model,
                sequence,
                record);
    }

    /** Remembers a roster beside its successors. */
    public void putRoster(long sequence, byte[] record) {
        database.update("INSERT INTO roster (sequence, record) VALUES (?, ?) ON CONFLICT DO NOTHING", sequence, record);
    }

    /** Every roster that was ever accepted, oldest first. */
    public List<byte[]> rosters() {
        return database.query(row -> row.getBytes(1), "SELECT record FROM roster ORDER BY sequence");
    }

    /** Every policy of the model that was ever accepted, oldest first. */
    public List<byte[]> policies(String model) {
        return database.query(
                row -> row.getBytes(1), "SELECT record FROM policy WHERE model = ? ORDER BY sequence", model);
    }
}
