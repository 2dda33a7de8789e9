package org.silofold.silo.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
    private static final List<String> FIRST = List.of("CREATE TABLE t (a INTEGER)");
    private static final List<String> SECOND =
            List.of(FIRST.get(0), "ALTER TABLE t ADD COLUMN b TEXT; INSERT INTO t VALUES (7, 'x')");

    @TempDir
    Path directory;

    @Test
    void migratesInPlaceAndRefusesANewerSchema() throws IOException {
        Path file = directory.resolve("x.db");
        try (Database database = Database.open(file, FIRST)) {
            database.update("INSERT INTO t (a) VALUES (?)", 1L);
        }
        try (Database database = Database.open(file, SECOND)) {
            assertThat(database.query(row -> row.getLong(1), "SELECT a FROM t ORDER BY a"))
                    .containsExactly(1L, 7L);
        }
        assertThatThrownBy(() -> Database.open(file, FIRST))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("newer than this program");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aTransactionIsWholeOrNothing() {
        try (Database database = Database.open(directory.resolve("x.db"), FIRST)) {
            assertThatThrownBy(() -> database.transaction(() -> {
                        database.update("INSERT INTO t (a) VALUES (?)", 1L);
                        throw new IllegalArgumentException("stop");
                    }))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(database.first(row -> row.getLong(1), "SELECT count(*) FROM t"))
                    .contains(0L);
            database.transaction(() -> database.update("INSERT INTO t (a) VALUES (?)", 1L));
            assertThat(database.first(row -> row.getLong(1), "SELECT count(*) FROM t"))
                    .contains(1L);
        }
    }

    @Test
    void everyCommitIsSynced() {
        try (Database database = Database.open(directory.resolve("x.db"), FIRST)) {
            // 3 is EXTRA, see https://sqlite.org/pragma.html#pragma_synchronous
            assertThat(database.first(row -> row.getInt(1), "PRAGMA synchronous"))
                    .contains(3);
            assertThat(database.first(row -> row.getString(1), "PRAGMA journal_mode"))
                    .contains("delete");
        }
    }

    @Test
    void aFullDatabaseSaysSo() {
        try (Database database = Database.open(directory.resolve("x.db"), List.of("CREATE TABLE b (v BLOB)"))) {
            // SQLite answers to its page limit as it does to a full disk.
            database.query(row -> row.getLong(1), "PRAGMA max_page_count=4");
            assertThatThrownBy(() -> database.update("INSERT INTO b VALUES (?)", (Object) new byte[1 << 20]))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.full()).isTrue());
        }
    }

    /** SQLite rolls back by itself then; the transactions that follow are whole or nothing all the same. */
    @Test
    void aTransactionThatFoundTheDiskFullSpoilsNoLaterOne() {
        try (Database database = Database.open(directory.resolve("x.db"), List.of("CREATE TABLE b (v BLOB)"))) {
            database.query(row -> row.getLong(1), "PRAGMA max_page_count=4");
            assertThatThrownBy(() -> database.transaction(
                            () -> database.update("INSERT INTO b VALUES (?)", (Object) new byte[8 << 20])))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.full()).isTrue());
            database.query(row -> row.getLong(1), "PRAGMA max_page_count=1000000");
            assertThatThrownBy(() -> database.transaction(() -> {
                        database.update("INSERT INTO b VALUES (?)", (Object) new byte[1]);
                        throw new IllegalArgumentException("stop");
                    }))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(database.first(row -> row.getLong(1), "SELECT count(*) FROM b"))
                    .contains(0L);
            database.transaction(() -> database.update("INSERT INTO b VALUES (?)", (Object) new byte[8 << 20]));
            assertThat(database.first(row -> row.getLong(1), "SELECT count(*) FROM b"))
                    .contains(1L);
        }
    }

    @Test
    void anotherKindOfFileIsRefusedInOneLine() throws IOException {
        Path file = directory.resolve("x.db");
        Files.writeString(file, "this is no database, but long enough to be read as one ".repeat(40));
        assertThatThrownBy(() -> Database.open(file, FIRST))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("x.db")
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
    }
}
