package org.silofold.silo.store;

import java.nio.file.Path;

/** An agent's database in which the next update finds the disk full: SQLite answers to its page limit as it does to a full disk. */
public final class LimitedDatabase implements AutoCloseable {
    private final Database database;
    private final AgentDatabase agent;

    /** Opens the file; it is not limited yet. */
    public LimitedDatabase(Path file) {
        this.database = Database.open(file, AgentSchema.MIGRATIONS);
        this.agent = new AgentDatabase(database);
    }

    /** As the agent uses it. */
    public AgentDatabase agent() {
        return agent;
    }

    /** From now on an update does not fit: what remembers it takes more pages than are left. */
    public void fill() {
        database.update("CREATE TABLE filler (v BLOB)");
        database.update(
                "CREATE TRIGGER more AFTER INSERT ON outgoing BEGIN INSERT INTO filler VALUES (zeroblob(1048576)); END");
        long pages = database.first(row -> row.getLong(1), "PRAGMA page_count").orElseThrow();
        database.query(row -> row.getLong(1), "PRAGMA max_page_count=" + (pages + 8));
    }

    /** There is space again. */
    public void free() {
        database.query(row -> row.getLong(1), "PRAGMA max_page_count=1000000");
    }

    @Override
    public void close() {
        agent.close();
    }
}
