package org.silofold.silo.auditor;

import java.util.List;

/** The tables of {@code audit.db}. A released migration is never changed; a new one is appended. */
final class AuditSchema {
    static final List<String> MIGRATIONS = List.of("""
            CREATE TABLE position (
                topic TEXT NOT NULL,
                part INTEGER NOT NULL,
                next INTEGER NOT NULL,
                gap INTEGER NOT NULL,
                PRIMARY KEY (topic, part)
            );
            CREATE TABLE place (
                kind TEXT NOT NULL,
                party TEXT NOT NULL,
                id BLOB NOT NULL,
                number INTEGER NOT NULL,
                topic TEXT NOT NULL,
                part INTEGER NOT NULL,
                position INTEGER NOT NULL,
                PRIMARY KEY (kind, party, id, number, part, position)
            ) WITHOUT ROWID;
            CREATE INDEX place_by_position ON place (topic, part, position);
            CREATE TABLE verified (
                model TEXT NOT NULL,
                version INTEGER NOT NULL,
                digest BLOB NOT NULL,
                root BLOB NOT NULL,
                state BLOB NOT NULL,
                sent INTEGER NOT NULL,
                PRIMARY KEY (model, version)
            );
            CREATE TABLE used (
                silo TEXT NOT NULL,
                update_id BLOB NOT NULL,
                model TEXT NOT NULL,
                version INTEGER NOT NULL,
                PRIMARY KEY (silo, update_id)
            );
            CREATE TABLE wrong (
                model TEXT PRIMARY KEY,
                version INTEGER NOT NULL,
                digest BLOB NOT NULL,
                reason TEXT NOT NULL,
                detail TEXT NOT NULL
            )
            """, """
            ALTER TABLE place ADD COLUMN verified INTEGER NOT NULL DEFAULT 0
            """);

    private AuditSchema() {}
}
