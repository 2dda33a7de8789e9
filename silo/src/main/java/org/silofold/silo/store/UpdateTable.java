package org.silofold.silo.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.privacy.PrivacyAccountant;
import org.silofold.protocol.reason.Reason;

/** Updates of this party with their fates, the bases they spent, and the sequence counters. */
public final class UpdateTable {
    private static final String COLUMNS =
            "update_id, model, base_version, sequence, shards, bytes, expiry, created, sent,"
                    + " state, version, reason, detail";

    /** The codes of the states that are not final, for SQL. */
    private static final String OPEN = Stream.of(UpdateState.values())
            .filter(state -> !state.isFinal())
            .map(state -> "'" + state.code() + "'")
            .collect(Collectors.joining(", "));

    private final Database database;

    UpdateTable(Database database) {
        this.database = database;
    }

    /**
     * The next sequence for the model; never given twice, whatever crashes. The first is the time: where the store is lost, and the log holds no manifest
     * of before, it is beyond all that were given.
     *
     * @param nowMillis epoch milliseconds
     */
    public long nextSequence(String model, long nowMillis) {
        long[] next = new long[1];
        database.transaction(() -> {
            database.update(
                    "INSERT INTO sequence (model, last) VALUES (?, ?) ON CONFLICT (model) DO UPDATE SET last = last + 1",
                    model,
                    nowMillis);
            next[0] = database.first(row -> row.getLong(1), "SELECT last FROM sequence WHERE model = ?", model)
                    .orElseThrow();
        });
        return next[0];
    }

    /** Which update spent this base, if any: its version, or its parameters under another version unless it may repeat them. */
    public Optional<UpdateId> spentBy(String model, UpdateBase base) {
        return database.first(
                row -> UpdateId.of(row.getBytes(1)),
                "SELECT update_id FROM spent_base WHERE model = ? AND (version = ? OR (root = ? AND ? = 0))"
                        + " ORDER BY version LIMIT 1",
                model,
                base.version(),
                base.root().toBytes(),
                base.repeats() ? 1 : 0);
    }

    /**
     * Remembers an update, spends its base and charges its privacy: all or nothing.
     *
     * @param charge what it costs; empty for a policy without privacy
     * @return false, with nothing changed, if the base was spent before
     */
    public boolean add(
            OutgoingUpdate update, UpdateBase base, SealedUpdate sealed, Optional<PrivacyAccountant> charge) {
        boolean[] added = new boolean[1];
        database.transaction(() -> {
            added[0] = spentBy(update.model(), base).isEmpty();
            if (added[0]) {
                database.update(
                        "INSERT INTO spent_base (model, version, root, update_id) VALUES (?, ?, ?, ?)",
                        update.model(),
                        base.version(),
                        base.root().toBytes(),
                        update.updateId().toBytes());
                insert(update, charge);
                insert(update.updateId(), sealed);
            }
        });
        return added[0];
    }

    /**
     * What all updates of the model cost together, whatever became of them; infinite if one of them was sent without noise.
     */
    public PrivacyAccountant spentPrivacy(String model) {
        return database.first(
                        row -> new PrivacyAccountant(
                                row.getLong(3) > 0 ? Double.POSITIVE_INFINITY : row.getDouble(1), row.getDouble(2)),
                        "SELECT (SELECT coalesce(sum(rho), 0.0) FROM charge WHERE model = ?1),"
                                + " (SELECT coalesce(sum(tail), 0.0) FROM charge WHERE model = ?1),"
                                + " (SELECT count(*) FROM outgoing o WHERE o.model = ?1"
                                + " AND NOT EXISTS (SELECT 1 FROM charge c WHERE c.update_id = o.update_id))",
                        model)
                .orElseThrow();
    }

    /** Whether an update of the model was ever made under a private policy. */
    public boolean chargedPrivacy(String model) {
        return database.first(row -> true, "SELECT 1 FROM charge WHERE model = ? LIMIT 1", model)
                .isPresent();
    }

    /** All updates, oldest first. */
    public List<OutgoingUpdate> all() {
        return database.query(UpdateTable::read, "SELECT " + COLUMNS + " FROM outgoing ORDER BY created, sequence");
    }

    /** The newest updates, of them the oldest first. */
    public List<OutgoingUpdate> newest(long limit) {
        return database.query(
                UpdateTable::read,
                "SELECT * FROM (SELECT " + COLUMNS
                        + " FROM outgoing ORDER BY created DESC, sequence DESC LIMIT ?) ORDER BY created, sequence",
                limit);
    }

    /** How many updates of the model have not ended and do not expire by then. */
    public long inFlight(String model, long nowMillis) {
        return database.first(
                        row -> row.getLong(1),
                        "SELECT count(*) FROM outgoing WHERE model = ? AND expiry > ? AND state IN (" + OPEN + ")",
                        model,
                        nowMillis)
                .orElseThrow();
    }

    /** Updates that must still be sent, oldest first: none whose withdrawal was asked for. */
    public List<OutgoingUpdate> unsent() {
        return database.query(
                UpdateTable::read,
                "SELECT " + COLUMNS + " FROM outgoing o WHERE sent = 0 AND state = ?"
                        + " AND NOT EXISTS (SELECT 1 FROM withdrawal w WHERE w.update_id = o.update_id)"
                        + " ORDER BY created, sequence",
                UpdateState.NOT_SENT.code());
    }

    /** Updates that were sent, have not ended, and expired by then, oldest first. */
    public List<OutgoingUpdate> openAfter(long expiryMillis) {
        return database.query(
                UpdateTable::read,
                "SELECT " + COLUMNS + " FROM outgoing WHERE expiry <= ? AND state <> ? AND state IN (" + OPEN + ")"
                        + " ORDER BY created, sequence",
                expiryMillis,
                UpdateState.NOT_SENT.code());
    }

    /** Updates made from this version that were refused and that nobody has asked back. */
    public List<OutgoingUpdate> refusedFrom(String model, long baseVersion) {
        return database.query(
                UpdateTable::read,
                "SELECT " + COLUMNS + " FROM outgoing o WHERE model = ? AND base_version = ? AND state = ?"
                        + " AND NOT EXISTS (SELECT 1 FROM withdrawal w WHERE w.update_id = o.update_id)"
                        + " ORDER BY created, sequence",
                model,
                baseVersion,
                UpdateState.REFUSED.code());
    }

    /** The update with this id. */
    public Optional<OutgoingUpdate> find(UpdateId id) {
        return database.first(
                UpdateTable::read, "SELECT " + COLUMNS + " FROM outgoing WHERE update_id = ?", (Object) id.toBytes());
    }

    /** By what committees know the update; empty for one that was made before that was remembered. */
    public Optional<SealedUpdate> sealed(UpdateId id) {
        return database.first(
                row -> new SealedUpdate(Digest.of(row.getBytes(1)), Digest.of(row.getBytes(2))),
                "SELECT manifest_digest, roster_digest FROM sealed_update WHERE update_id = ?",
                (Object) id.toBytes());
    }

    /**
     * Moves an update forward.
     *
     * @return whether it moved: false if it is unknown, or the state does not follow its present one
     */
    public boolean advance(UpdateId id, UpdateState state, long version, Optional<Reason> reason, String detail) {
        boolean[] moved = new boolean[1];
        database.transaction(() -> moved[0] = move(id, state, version, reason, detail));
        return moved[0];
    }

    /** Remembers that the broker has acknowledged every record of the update. */
    public void markSent(UpdateId id) {
        database.transaction(() -> {
            database.update("UPDATE outgoing SET sent = 1 WHERE update_id = ?", (Object) id.toBytes());
            move(id, UpdateState.SENT, -1, Optional.empty(), "");
        });
    }

    /**
     * A published version lists the update: that is final, whatever a fate said before, unless the committee promised the contrary.
     *
     * @return whether anything changed
     */
    public boolean listed(UpdateId id, long version) {
        return database.update(
                        "UPDATE outgoing SET state = ?, version = ?, reason = NULL, detail = '', sent = 1"
                                + " WHERE update_id = ? AND state NOT IN (?, ?)",
                        UpdateState.IN_VERSION.code(),
                        version,
                        id.toBytes(),
                        UpdateState.IN_VERSION.code(),
                        UpdateState.WITHDRAWN.code())
                > 0;
    }

    boolean move(UpdateId id, UpdateState state, long version, Optional<Reason> reason, String detail) {
        Optional<OutgoingUpdate> update = find(id);
        if (update.isEmpty()
                || !update.get().state().mayBecome(state, update.get().version(), version)) {
            return false;
        }
        database.update(
                "UPDATE outgoing SET state = ?, version = ?, reason = ?, detail = ? WHERE update_id = ?",
                state.code(),
                version,
                reason.map(Reason::code).orElse(null),
                detail,
                id.toBytes());
        return true;
    }

    void insert(UpdateId id, SealedUpdate sealed) {
        database.update(
                "INSERT INTO sealed_update (update_id, manifest_digest, roster_digest) VALUES (?, ?, ?)",
                id.toBytes(),
                sealed.manifestDigest().toBytes(),
                sealed.rosterDigest().toBytes());
    }

    void insert(OutgoingUpdate update, Optional<PrivacyAccountant> charge) {
        insert(update);
        charge.ifPresent(cost -> database.update(
                "INSERT INTO charge (update_id, model, rho, tail) VALUES (?, ?, ?, ?)",
                update.updateId().toBytes(),
                update.model(),
                cost.rho(),
                cost.tail()));
    }

    private void insert(OutgoingUpdate update) {
        database.update(
                "INSERT INTO outgoing (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                update.updateId().toBytes(),
                update.model(),
                update.baseVersion(),
                update.sequence(),
                update.shards(),
                update.bytes(),
                update.expiryMillis(),
                update.createdMillis(),
                update.sent() ? 1 : 0,
                update.state().code(),
                update.version(),
                update.reason().map(Reason::code).orElse(null),
                update.detail());
    }

    private static OutgoingUpdate read(ResultSet row) throws SQLException {
        return new OutgoingUpdate(
                UpdateId.of(row.getBytes("update_id")),
                row.getString("model"),
                row.getLong("base_version"),
                row.getLong("sequence"),
                row.getInt("shards"),
                row.getLong("bytes"),
                row.getLong("expiry"),
                row.getLong("created"),
                row.getInt("sent") != 0,
                UpdateState.ofCode(row.getString("state")),
                row.getLong("version"),
                Optional.ofNullable(row.getString("reason")).map(Reason::ofCode),
                row.getString("detail"));
    }
}
