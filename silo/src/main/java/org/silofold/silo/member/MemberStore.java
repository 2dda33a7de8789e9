package org.silofold.silo.member;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest.PrivacySpent;
import org.silofold.silo.chain.ChainLink;

/**
 * A committee member's durable memory: one SQLite file, {@code member.db}, readable by its owner alone, held by one process and used
 * by one thread.
 *
 * <p>Durability: write-ahead log with {@code synchronous=FULL}, so that every transaction is synced before the call that made it
 * returns. {@code secure_delete} overwrites erased shares in the file, and {@link #scrub} empties the log that still held them;
 * what a file system or a disk keeps of overwritten blocks is outside its reach. The file must never be restored from a backup: a
 * member whose memory went back in time could answer twice.
 *
 * <p>Instants are epoch milliseconds. Every change is a {@link MemberStoreException} or on disk.
 */
public final class MemberStore implements AutoCloseable {
    /** Most votes remembered of one member; a member that floods the topic pushes out only its own. */
    static final int VOTES_PER_MEMBER = 4096;

    private final Sql sql;
    private final ShareTable shares;
    private final CohortTable cohorts;
    private final MarkTable marks;
    private final WithdrawalTable withdrawals;

    private MemberStore(Sql sql) {
        this.sql = sql;
        this.shares = new ShareTable(sql);
        this.cohorts = new CohortTable(sql);
        this.marks = new MarkTable(sql);
        this.withdrawals = new WithdrawalTable(sql);
    }

    /**
     * Opens the store, making it if there is none.
     *
     * @throws MemberStoreException if it cannot be read, another process holds it, or a newer release wrote it
     */
    public static MemberStore open(Path file) {
        createPrivately(file);
        Sql sql;
        try {
            sql = new Sql(DriverManager.getConnection("jdbc:sqlite:" + file));
        } catch (SQLException e) {
            throw new MemberStoreException("cannot open " + file + ": " + e.getMessage(), e);
        }
        try {
            sql.execute("PRAGMA busy_timeout=1000");
            sql.execute("PRAGMA locking_mode=EXCLUSIVE");
            sql.execute("PRAGMA journal_mode=WAL");
            sql.execute("PRAGMA synchronous=FULL");
            sql.execute("PRAGMA secure_delete=ON");
            MemberStore store = laidOut(sql, file.toString());
            // A crash may have come between the erasure of shares and that of the log that held them.
            store.scrub();
            return store;
        } catch (RuntimeException e) {
            sql.close();
            throw e;
        }
    }

    /**
     * A store in a database that the caller opened, whose durability is the caller's: for simulations, which keep thousands in memory and
     * take copies of them.
     *
     * @param connection owned by the store from here on
     * @throws MemberStoreException if a newer release wrote it
     */
    public static MemberStore over(Connection connection) {
        return laidOut(new Sql(connection), "the database");
    }

    private static MemberStore laidOut(Sql sql, String name) {
        MemberStore store = new MemberStore(sql);
        sql.transaction(() -> StoreSchema.TABLES.forEach(sql::execute));
        store.requireLayout(name);
        return store;
    }

    private static void createPrivately(Path file) {
        try {
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } else {
                Files.createFile(file);
            }
        } catch (FileAlreadyExistsException e) {
            // Opened before: keeps the permissions it has.
            return;
        } catch (IOException e) {
            throw new MemberStoreException("cannot create " + file + ": " + e.getMessage(), e);
        }
    }

    private void requireLayout(String name) {
        Optional<Long> found = fact("schema");
        if (found.isEmpty()) {
            setFact("schema", StoreSchema.VERSION);
        } else if (found.get() >= 1 && found.get() < StoreSchema.VERSION) {
            sql.transaction(() -> {
                if (found.get() == 2) {
                    sql.execute(StoreSchema.FROM_LAYOUT_2);
                }
                sql.execute(StoreSchema.FROM_LAYOUT_3);
                StoreSchema.TABLES.forEach(sql::execute);
                setFact("schema", StoreSchema.VERSION);
            });
        } else if (found.get() != StoreSchema.VERSION) {
            throw new MemberStoreException(
                    name + " has layout " + found.get() + ", this release knows " + StoreSchema.VERSION, null);
        }
    }

    /** Shares, and what is known of the updates they belong to. */
    ShareTable shares() {
        return shares;
    }

    /** Cohorts, votes and answers. */
    CohortTable cohorts() {
        return cohorts;
    }

    /** Locks and spent marks. */
    MarkTable marks() {
        return marks;
    }

    /** Updates that their silos withdrew. */
    WithdrawalTable withdrawals() {
        return withdrawals;
    }

    /** Makes several changes one: all on disk when this returns, none if it throws. */
    void transaction(Sql.Work work) {
        sql.transaction(work);
    }

    /** The manifest digest of a published version. */
    public Optional<Digest> version(String model, long version) {
        return sql.first(
                row -> Digest.of(row.getBytes(1)),
                "SELECT digest FROM versions WHERE model = ? AND version = ?",
                model,
                version);
    }

    /** The newest published version, -1 if none was seen. */
    public long latestVersion(String model) {
        return sql.number("SELECT coalesce(max(version), -1) FROM versions WHERE model = ?", model);
    }

    /** The link of a published version. */
    Optional<ChainLink> link(String model, long version) {
        return sql.first(
                row -> {
                    Digest digest = Digest.of(row.getBytes("digest"));
                    double epsilon = row.getDouble("epsilon");
                    boolean plain = row.wasNull();
                    return new ChainLink(
                            version,
                            digest,
                            Digest.of(row.getBytes("root")),
                            row.getInt("is_void") != 0,
                            row.getLong("policy_sequence"),
                            plain ? Optional.empty() : Optional.of(new PrivacySpent(epsilon, row.getDouble("delta"))));
                },
                "SELECT * FROM versions WHERE model = ? AND version = ?",
                model,
                version);
    }

    /** The whole signed record of a published version's manifest. */
    Optional<byte[]> manifest(String model, long version) {
        return sql.first(
                row -> row.getBytes(1), "SELECT record FROM versions WHERE model = ? AND version = ?", model, version);
    }

    /** Remembers a published version; the first stands. */
    void addVersion(String model, ChainLink link, byte[] record) {
        sql.update(
                "INSERT OR IGNORE INTO versions (model, version, digest, root, is_void, policy_sequence, epsilon, delta, record)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                model,
                link.version(),
                link.digest().toBytes(),
                link.root().toBytes(),
                link.isVoid() ? 1 : 0,
                link.policySequence(),
                link.privacy().map(PrivacySpent::epsilon).orElse(null),
                link.privacy().map(PrivacySpent::delta).orElse(null),
                record);
    }

    /** The newest policy sequence seen for a model, 0 if none. */
    public long policySequence(String model) {
        return sql.number("SELECT sequence FROM policies WHERE model = ?", model);
    }

    /** Remembers a policy sequence unless a newer one was seen. */
    void seenPolicy(String model, long sequence) {
        if (policySequence(model) < sequence) {
            sql.update("INSERT OR REPLACE INTO policies VALUES (?, ?)", model, sequence);
        }
    }

    /** The newest epoch entered, 0 if none. */
    public int epoch() {
        return Math.toIntExact(fact("epoch").orElse(0L));
    }

    /** Enters an epoch: everything of earlier ones, shares, locks and answers, is erased. */
    void enter(int epoch) {
        sql.transaction(() -> {
            for (String table : StoreSchema.OF_AN_EPOCH) {
                sql.update("DELETE FROM " + table + " WHERE epoch < ?", epoch);
            }
            setFact("epoch", epoch);
        });
        scrub();
    }

    /** Where to read a topic's partition on from, 0 if it was never read. */
    long position(String topic, int partition) {
        return sql.number("SELECT position FROM positions WHERE topic = ? AND part = ?", topic, partition);
    }

    /** Remembers where to read on from: everything before was decided and sent. */
    void setPosition(String topic, int partition, long position) {
        sql.update("INSERT OR REPLACE INTO positions VALUES (?, ?, ?)", topic, partition, position);
    }

    /** Whether the member stands aside for this epoch: its own votes show a past that this store does not know. */
    public boolean standsAside(int epoch) {
        return fact("aside").orElse(0L) >= epoch;
    }

    void standAside(int epoch) {
        setFact("aside", epoch);
    }

    /** Moves the write-ahead log into the file and empties it, so that erased rows are not left in it. */
    void scrub() {
        sql.first(row -> row.getInt(1), "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private Optional<Long> fact(String name) {
        return sql.first(row -> row.getLong(1), "SELECT value FROM facts WHERE name = ?", name);
    }

    private void setFact(String name, long value) {
        sql.update("INSERT OR REPLACE INTO facts VALUES (?, ?)", name, value);
    }

    /** Closes the file; another process may open it then. */
    @Override
    public void close() {
        sql.close();
    }
}
