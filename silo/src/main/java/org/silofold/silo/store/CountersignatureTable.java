package org.silofold.silo.store;

import org.silofold.protocol.message.Digest;

/** What auditors countersigned, as it was verified when it came. */
public final class CountersignatureTable {
    private final Database database;

    CountersignatureTable(Database database) {
        this.database = database;
    }

    /** Remembers a countersignature. */
    public void add(String model, long version, String auditor, Digest manifestDigest, Digest root) {
        database.update(
                "INSERT INTO countersignature (model, version, auditor, digest, root) VALUES (?, ?, ?, ?, ?)"
                        + " ON CONFLICT DO NOTHING",
                model,
                version,
                auditor,
                manifestDigest.toBytes(),
                root.toBytes());
    }

    /** Whether this auditor countersigned this very manifest and root. */
    public boolean has(String model, long version, String auditor, Digest manifestDigest, Digest root) {
        return database.first(
                        row -> row.getInt(1),
                        "SELECT 1 FROM countersignature WHERE model = ? AND version = ? AND auditor = ?"
                                + " AND digest = ? AND root = ?",
                        model,
                        version,
                        auditor,
                        manifestDigest.toBytes(),
                        root.toBytes())
                .isPresent();
    }
}
