package org.silofold.silo.store;

import java.util.List;

/** The tables of {@code agent.db}. A released migration is never changed; a new one is appended. */
final class AgentSchema {
    static final List<String> MIGRATIONS = List.of("""
            CREATE TABLE document (
                key TEXT PRIMARY KEY,
                position INTEGER NOT NULL,
                record BLOB NOT NULL
            );
            CREATE TABLE policy (
                model TEXT NOT NULL,
                sequence INTEGER NOT NULL,
                record BLOB NOT NULL,
                PRIMARY KEY (model, sequence)
            );
            CREATE TABLE manifest (
                model TEXT NOT NULL,
                version INTEGER NOT NULL,
                digest BLOB NOT NULL,
                root BLOB NOT NULL,
                record BLOB NOT NULL,
                verified INTEGER NOT NULL,
                PRIMARY KEY (model, version)
            );
            CREATE TABLE sequence (
                model TEXT PRIMARY KEY,
                last INTEGER NOT NULL
            );
            CREATE TABLE spent_base (
                model TEXT NOT NULL,
                version INTEGER NOT NULL,
                root BLOB NOT NULL,
                update_id BLOB NOT NULL,
                PRIMARY KEY (model, version)
            );
            CREATE TABLE outgoing (
                update_id BLOB PRIMARY KEY,
                model TEXT NOT NULL,
                base_version INTEGER NOT NULL,
                sequence INTEGER NOT NULL,
                shards INTEGER NOT NULL,
                bytes INTEGER NOT NULL,
                expiry INTEGER NOT NULL,
                created INTEGER NOT NULL,
                sent INTEGER NOT NULL,
                state TEXT NOT NULL,
                version INTEGER NOT NULL,
                reason TEXT,
                detail TEXT NOT NULL
            )
            """, """
            CREATE INDEX spent_root ON spent_base (model, root);
            CREATE TABLE charge (
                update_id BLOB PRIMARY KEY,
                model TEXT NOT NULL,
                rho REAL NOT NULL,
                tail REAL NOT NULL
            );
            CREATE TABLE sealed_update (
                update_id BLOB PRIMARY KEY,
                manifest_digest BLOB NOT NULL,
                roster_digest BLOB NOT NULL
            );
            CREATE TABLE withdrawal (
                update_id BLOB PRIMARY KEY,
                record BLOB NOT NULL
            );
            CREATE TABLE never_voted (
                update_id BLOB NOT NULL,
                member TEXT NOT NULL,
                record BLOB NOT NULL,
                PRIMARY KEY (update_id, member)
            )
            """, """
            CREATE TABLE roster (
                sequence INTEGER PRIMARY KEY,
                record BLOB NOT NULL
            );
            INSERT INTO roster (sequence, record) SELECT 0, record FROM document WHERE key = 'roster';
            CREATE TABLE countersignature (
                model TEXT NOT NULL,
                version INTEGER NOT NULL,
                auditor TEXT NOT NULL,
                digest BLOB NOT NULL,
                root BLOB NOT NULL,
                PRIMARY KEY (model, version, auditor, digest, root)
            )
            """, """
            CREATE INDEX outgoing_expiry ON outgoing (model, expiry);
            CREATE INDEX outgoing_state ON outgoing (state)
            """);

    private AgentSchema() {}
}
