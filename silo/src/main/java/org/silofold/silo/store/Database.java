package org.silofold.silo.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * One SQLite file, mode 0600, with one connection. Every method takes the object's lock; {@link #transaction} keeps it for the whole
 * transaction, so what it does is atomic for other threads too.
 */
public final class Database implements AutoCloseable {
    /** Reads one row. */
    @FunctionalInterface
    public interface RowReader<T> {
        /** The value of the row that the result set stands on. */
        T read(ResultSet row) throws SQLException;
    }

    private final Path file;
    private final Connection connection;

    private Database(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /**
     * Opens the file, makes it if there is none, and brings its tables up to date.
     *
     * @param migrations statements separated by semicolons; the i-th takes the schema from version i to i+1
     * @throws StoreException if the file is no database, is newer than this program, or cannot be written
     */
    public static Database open(Path file, List<String> migrations) {
        try {
            createPrivate(file);
            SQLiteConfig config = new SQLiteConfig();
            config.setJournalMode(SQLiteConfig.JournalMode.DELETE);
            config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
            config.setLockingMode(SQLiteConfig.LockingMode.EXCLUSIVE);
            config.setBusyTimeout(2_000);
            Database database = new Database(file, config.createConnection("jdbc:sqlite:" + file));
            try {
                // EXTRA is FULL and also syncs the directory after the journal was deleted.
                database.execute("PRAGMA synchronous=EXTRA");
                database.migrate(migrations);
            } catch (StoreException e) {
                database.close();
                throw e;
            }
            return database;
        } catch (SQLException e) {
            throw new StoreException(file + ": " + oneLine(e), isFull(e), e);
        } catch (IOException e) {
            throw new StoreException(file + ": cannot be made: " + e.getMessage(), false, e);
        }
    }

    /**
     * Runs the body in one transaction: all of it is on disk when this returns, or none of it ever. What is thrown is the first failure; the
     * next transaction starts anew, whatever became of this one.
     */
    public synchronized void transaction(Runnable body) {
        execute("BEGIN IMMEDIATE");
        try {
            body.run();
            execute("COMMIT");
        } catch (RuntimeException | Error e) {
            rollback(e);
            throw e;
        }
    }

    /** SQLite has rolled back by itself after a full disk or an I/O error: there may be nothing left to roll back. */
    private void rollback(Throwable first) {
        try {
            execute("ROLLBACK");
        } catch (StoreException e) {
            first.addSuppressed(e);
        }
    }

    /** Runs one statement; returns how many rows it changed. Parameters: String, Long, Integer, byte[] or null. */
    public synchronized int update(String sql, Object... parameters) {
        try (PreparedStatement statement = prepare(sql, parameters)) {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** All rows of a query. */
    public synchronized <T> List<T> query(RowReader<T> reader, String sql, Object... parameters) {
        try (PreparedStatement statement = prepare(sql, parameters);
                ResultSet rows = statement.executeQuery()) {
            List<T> values = new ArrayList<>();
            while (rows.next()) {
                values.add(reader.read(rows));
            }
            return values;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** The first row of a query. */
    public <T> Optional<T> first(RowReader<T> reader, String sql, Object... parameters) {
        return query(reader, sql, parameters).stream().findFirst();
    }

    /** Releases the file. */
    @Override
    public synchronized void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private void migrate(List<String> migrations) {
        int version = first(row -> row.getInt(1), "PRAGMA user_version").orElseThrow();
        if (version > migrations.size()) {
            throw new StoreException(
                    file + ": schema version " + version + " is newer than this program's " + migrations.size(),
                    false,
                    null);
        }
        for (int next = version; next < migrations.size(); next++) {
            String script = migrations.get(next);
            int made = next + 1;
            transaction(() -> {
                for (String statement : script.split(";", -1)) {
                    if (!statement.isBlank()) {
                        execute(statement);
                    }
                }
                execute("PRAGMA user_version=" + made);
            });
        }
    }

    private synchronized void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }

    private StoreException failed(SQLException e) {
        return new StoreException(file + ": " + oneLine(e), isFull(e), e);
    }

    private static String oneLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("unknown failure");
    }

    private static boolean isFull(SQLException e) {
        return e instanceof SQLiteException sqlite && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_FULL;
    }

    private static void createPrivate(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isRegularFile(file)) {
                throw e;
            }
        }
    }
}
