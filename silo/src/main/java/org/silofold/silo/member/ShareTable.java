package org.silofold.silo.member;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/** Shares by (silo, update id), with what is known of each update. The first manifest seen stands. */
final class ShareTable {
    private final Sql sql;

    ShareTable(Sql sql) {
        this.sql = sql;
    }

    /**
     * Remembers an update; a row that is there already stays as it is.
     *
     * @param share N words, little-endian; null if refused. The caller wipes it.
     */
    void add(HeldUpdate update, byte[] share) {
        UpdateRef ref = update.ref();
        sql.update(
                "INSERT OR IGNORE INTO updates VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                ref.silo(),
                ref.updateId().toBytes(),
                ref.manifestDigest().toBytes(),
                update.epoch(),
                update.model(),
                update.policySequence(),
                update.specDigest().toBytes(),
                update.parameterSet(),
                update.baseVersion(),
                update.baseDigest().toBytes(),
                update.expiryMillis(),
                update.refused().map(Reason::code).orElse(null),
                share);
    }

    /** What is known of an update. */
    Optional<HeldUpdate> find(String silo, UpdateId id) {
        return sql.first(
                ShareTable::update, "SELECT * FROM updates WHERE silo = ? AND update_id = ?", silo, id.toBytes());
    }

    private static HeldUpdate update(ResultSet row) throws SQLException {
        return new HeldUpdate(
                new UpdateRef(
                        row.getString("silo"),
                        UpdateId.of(row.getBytes("update_id")),
                        Digest.of(row.getBytes("manifest_digest"))),
                row.getInt("epoch"),
                row.getString("model"),
                row.getLong("policy_sequence"),
                Digest.of(row.getBytes("spec_digest")),
                row.getString("parameter_set"),
                row.getLong("base_version"),
                Digest.of(row.getBytes("base_digest")),
                row.getLong("expiry"),
                Optional.ofNullable(row.getString("refused")).map(Reason::ofCode));
    }

    /** The accepted share of exactly this manifest: N words, little-endian, a copy that the caller wipes. */
    Optional<byte[]> share(UpdateRef ref) {
        return sql.first(
                row -> row.getBytes(1),
                "SELECT share FROM updates WHERE silo = ? AND update_id = ? AND manifest_digest = ? AND share IS NOT NULL",
                ref.silo(),
                ref.updateId().toBytes(),
                ref.manifestDigest().toBytes());
    }

    /** How many shares of this silo are held. */
    long held(String silo) {
        return sql.number("SELECT count(*) FROM updates WHERE silo = ? AND share IS NOT NULL", silo);
    }

    /** Erases the shares of exactly these manifests; what is known of the updates stays. Returns how many went. */
    int erase(List<UpdateRef> refs) {
        int erased = 0;
        for (UpdateRef ref : refs) {
            erased += sql.update(
                    "UPDATE updates SET share = NULL WHERE silo = ? AND update_id = ? AND manifest_digest = ?"
                            + " AND share IS NOT NULL",
                    ref.silo(),
                    ref.updateId().toBytes(),
                    ref.manifestDigest().toBytes());
        }
        return erased;
    }

    /** Erases the shares whose expiry has come. Returns how many went. */
    int eraseExpired(long nowMillis) {
        return sql.update("UPDATE updates SET share = NULL WHERE share IS NOT NULL AND expiry <= ?", nowMillis);
    }
}
