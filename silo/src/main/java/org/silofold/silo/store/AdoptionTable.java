package org.silofold.silo.store;

import java.util.Optional;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.privacy.PrivacyAccountant;

/**
 * Takes in updates of this party that the log knows and the store does not: the file is older than the log, as after a backup was put back. What
 * is taken in is as spent, charged and counted as if the store had never forgotten it.
 */
public final class AdoptionTable {
    private final Database database;
    private final UpdateTable updates;

    AdoptionTable(Database database, UpdateTable updates) {
        this.database = database;
        this.updates = updates;
    }

    /**
     * Takes in an update whose manifest is here: spends its base, charges its privacy, and never gives its sequence again.
     *
     * @param charge what it costs; empty for a policy without privacy, or one that is not known any more
     * @return the update by which its base was spent before, if there is one
     */
    public Optional<UpdateId> adopt(
            OutgoingUpdate update, UpdateBase base, SealedUpdate sealed, Optional<PrivacyAccountant> charge) {
        UpdateId[] other = new UpdateId[1];
        database.transaction(() -> {
            other[0] = updates.spentBy(update.model(), base).orElse(null);
            database.update(
                    "INSERT INTO spent_base (model, version, root, update_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    update.model(),
                    base.version(),
                    base.root().toBytes(),
                    update.updateId().toBytes());
            updates.insert(update, charge);
            updates.insert(update.updateId(), sealed);
            count(update);
        });
        return Optional.ofNullable(other[0]);
    }

    /**
     * Takes in an update of which it is not proven from what it was made: every version in the chain before a certain one may be its base, so all of
     * them are spent by it, for good.
     *
     * @param before the first version that cannot be its base
     * @param charge what it costs; empty for a policy without privacy, or one that is not known any more
     */
    public void adoptWithoutBase(OutgoingUpdate update, long before, Optional<PrivacyAccountant> charge) {
        database.transaction(() -> {
            database.update(
                    "INSERT OR REPLACE INTO spent_base (model, version, root, update_id)"
                            + " SELECT model, version, root, ? FROM manifest WHERE model = ? AND version < ?",
                    update.updateId().toBytes(),
                    update.model(),
                    before);
            updates.insert(update, charge);
            count(update);
        });
    }

    /** Its sequence is not given again. */
    private void count(OutgoingUpdate update) {
        database.update(
                "INSERT INTO sequence (model, last) VALUES (?, ?)"
                        + " ON CONFLICT (model) DO UPDATE SET last = max(last, excluded.last)",
                update.model(),
                update.sequence());
    }
}
