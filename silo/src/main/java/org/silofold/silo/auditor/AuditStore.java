package org.silofold.silo.auditor;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.silo.store.Database;

/** {@code audit.db}: everything the auditor must not forget. Every change is on disk when its method returns. */
final class AuditStore implements AutoCloseable {
    private final Database database;

    private AuditStore(Database database) {
        this.database = database;
    }

    /**
     * A version that was recomputed.
     *
     * @param version its version
     * @param digest its manifest's digest
     * @param root Merkle root of its shards
     * @param state {@link StateFile#digest()} of the state that was left
     * @param sent whether the broker acknowledged its countersignature
     */
    record Verified(long version, Digest digest, Digest root, Digest state, boolean sent) {}

    /**
     * A version that is not as its manifest says. Nothing after it is looked at.
     *
     * @param version its version
     * @param digest its manifest's digest
     * @param reason what is wrong
     * @param detail one line
     */
    record Wrong(long version, Digest digest, Reason reason, String detail) {}

    /**
     * Opens the file, and makes it if there is none.
     *
     * @throws org.silofold.silo.store.StoreException if it cannot be read or written
     */
    static AuditStore open(Path file) {
        return new AuditStore(Database.open(file, AuditSchema.MIGRATIONS));
    }

    /** Where records are. */
    PlaceTable places() {
        return new PlaceTable(database);
    }

    /** Makes several changes one. */
    void transaction(Runnable body) {
        database.transaction(body);
    }

    /** The newest verified version. */
    Optional<Verified> newest(String model) {
        return database.first(
                row -> new Verified(
                        row.getLong("version"),
                        Digest.of(row.getBytes("digest")),
                        Digest.of(row.getBytes("root")),
                        Digest.of(row.getBytes("state")),
                        row.getInt("sent") != 0),
                "SELECT * FROM verified WHERE model = ? ORDER BY version DESC LIMIT 1",
                model);
    }

    /** Versions whose countersignature the broker has not acknowledged, oldest first. */
    List<Long> unsent(String model) {
        return database.query(
                row -> row.getLong(1),
                "SELECT version FROM verified WHERE model = ? AND sent = 0 ORDER BY version",
                model);
    }

    /** Remembers a verified version and the updates in it. */
    void verified(String model, Verified version, List<UpdateRef> cohort) {
        database.transaction(() -> {
            database.update(
                    "INSERT INTO verified (model, version, digest, root, state, sent) VALUES (?, ?, ?, ?, ?, 0)",
                    model,
                    version.version(),
                    version.digest().toBytes(),
                    version.root().toBytes(),
                    version.state().toBytes());
            for (UpdateRef ref : cohort) {
                database.update(
                        "INSERT INTO used (silo, update_id, model, version) VALUES (?, ?, ?, ?)",
                        ref.silo(),
                        ref.updateId().toBytes(),
                        model,
                        version.version());
            }
        });
    }

    /** Remembers that the broker acknowledged a countersignature. */
    void sent(String model, long version) {
        database.update("UPDATE verified SET sent = 1 WHERE model = ? AND version = ?", model, version);
    }

    /** The version at which a model's audit ended. */
    Optional<Wrong> wrong(String model) {
        return database.first(
                row -> new Wrong(
                        row.getLong("version"),
                        Digest.of(row.getBytes("digest")),
                        Reason.ofCode(row.getString("reason")),
                        row.getString("detail")),
                "SELECT * FROM wrong WHERE model = ?",
                model);
    }

    /** Ends a model's audit. */
    void wrong(String model, Wrong wrong) {
        database.update(
                "INSERT INTO wrong (model, version, digest, reason, detail) VALUES (?, ?, ?, ?, ?)",
                model,
                wrong.version(),
                wrong.digest().toBytes(),
                wrong.reason().code(),
                wrong.detail());
    }

    /** Takes a model's audit up again at the version at which it ended. */
    void judgeAgain(String model) {
        database.update("DELETE FROM wrong WHERE model = ?", model);
    }

    /** What the rules ask of a model's earlier versions. */
    AuditBook book(String model) {
        return new AuditBook() {
            @Override
            public Optional<Digest> manifestDigest(long version) {
                return database.first(
                        row -> Digest.of(row.getBytes(1)),
                        "SELECT digest FROM verified WHERE model = ? AND version = ?",
                        model,
                        version);
            }

            @Override
            public OptionalLong versionOf(UpdateRef update) {
                // By silo and id alone: an update of one model has no business in another.
                return database
                        .query(
                                row -> row.getLong(1),
                                "SELECT version FROM used WHERE silo = ? AND update_id = ?",
                                update.silo(),
                                update.updateId().toBytes())
                        .stream()
                        .mapToLong(Long::longValue)
                        .findFirst();
            }
        };
    }

    /** How far a partition was read. */
    Optional<Position> position(TopicPartition partition) {
        return database.first(
                row -> new Position(row.getLong("next"), row.getInt("gap") != 0),
                "SELECT next, gap FROM position WHERE topic = ? AND part = ?",
                partition.topic(),
                partition.partition());
    }

    /**
     * @param next offset of the next record to read
     * @param gap whether records before it were gone before they were read
     */
    record Position(long next, boolean gap) {}

    /** Remembers how far a partition was read. A gap is never forgotten. */
    void position(TopicPartition partition, Position position) {
        database.update(
                "INSERT INTO position (topic, part, next, gap) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (topic, part) DO UPDATE SET next = excluded.next, gap = max(gap, excluded.gap)",
                partition.topic(),
                partition.partition(),
                position.next(),
                position.gap() ? 1 : 0);
    }

    /** Whether any partition has a gap. */
    boolean hasGap() {
        return database.first(row -> row.getInt(1), "SELECT 1 FROM position WHERE gap = 1 LIMIT 1")
                .isPresent();
    }

    @Override
    public void close() {
        database.close();
    }
}
