package org.silofold.silo.store;

import java.nio.file.Path;

/** {@code agent.db}: everything the agent must not forget. Thread-safe. */
public final class AgentDatabase implements AutoCloseable {
    private final Database database;

    AgentDatabase(Database database) {
        this.database = database;
    }

    /**
     * Opens the file and brings its tables up to date.
     *
     * @throws StoreException if it cannot be read or written
     */
    public static AgentDatabase open(Path file) {
        return new AgentDatabase(Database.open(file, AgentSchema.MIGRATIONS));
    }

    /** Registry documents. */
    public DocumentTable documents() {
        return new DocumentTable(database);
    }

    /** The chains of model manifests. */
    public ManifestTable manifests() {
        return new ManifestTable(database);
    }

    /** Auditors' countersignatures. */
    public CountersignatureTable countersignatures() {
        return new CountersignatureTable(database);
    }

    /** This party's updates. */
    public UpdateTable updates() {
        return new UpdateTable(database);
    }

    /** Updates of this party that the log knows and the store did not. */
    public AdoptionTable adoptions() {
        return new AdoptionTable(database, updates());
    }

    /** Updates that this party wants back. */
    public WithdrawalTable withdrawals() {
        return new WithdrawalTable(database, updates());
    }

    /** Releases the file. */
    @Override
    public void close() {
        database.close();
    }
}
