package org.silofold.silo.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.silofold.protocol.message.Digest;

/** The chain of model manifests, one a version. */
public final class ManifestTable {
    private static final String COLUMNS = "model, version, digest, root, record, verified";

    private final Database database;

    ManifestTable(Database database) {
        this.database = database;
    }

    /** Adds a link. */
    public void add(StoredManifest manifest) {
        database.update(
                "INSERT INTO manifest (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?)",
                manifest.model(),
                manifest.version(),
                manifest.digest().toBytes(),
                manifest.root().toBytes(),
                manifest.record(),
                manifest.verified() ? 1 : 0);
    }

    /** Remembers that the version's parameters were checked. */
    public void markVerified(String model, long version) {
        database.update("UPDATE manifest SET verified = 1 WHERE model = ? AND version = ?", model, version);
    }

    /** The manifest of this version. */
    public Optional<StoredManifest> find(String model, long version) {
        return database.first(
                ManifestTable::read,
                "SELECT " + COLUMNS + " FROM manifest WHERE model = ? AND version = ?",
                model,
                version);
    }

    /** The newest link of the chain. */
    public Optional<StoredManifest> head(String model) {
        return database.first(
                ManifestTable::read,
                "SELECT " + COLUMNS + " FROM manifest WHERE model = ? ORDER BY version DESC LIMIT 1",
                model);
    }

    /** The newest version whose parameters were checked. */
    public Optional<StoredManifest> newestVerified(String model) {
        return database.first(
                ManifestTable::read,
                "SELECT " + COLUMNS + " FROM manifest WHERE model = ? AND verified = 1 ORDER BY version DESC LIMIT 1",
                model);
    }

    /** The models with a chain. */
    public List<String> models() {
        return database.query(row -> row.getString(1), "SELECT DISTINCT model FROM manifest ORDER BY model");
    }

    private static StoredManifest read(ResultSet row) throws SQLException {
        return new StoredManifest(
                row.getString("model"),
                row.getLong("version"),
                Digest.of(row.getBytes("digest")),
                Digest.of(row.getBytes("root")),
                row.getBytes("record"),
                row.getInt("verified") != 0);
    }
}
