package org.silofold.job.event;

import java.util.Comparator;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;

/**
 * What all state of an update is keyed by: an update id alone says nothing, since another silo may use the same one.
 *
 * @param silo name of the silo
 * @param updateId the update
 */
public record UpdateKey(String silo, UpdateId updateId) implements Comparable<UpdateKey> {
    private static final Comparator<UpdateKey> ORDER =
            Comparator.comparing(UpdateKey::silo).thenComparing(UpdateKey::updateId);

    /** The key of this update, whatever its manifest. */
    public static UpdateKey of(UpdateRef update) {
        return new UpdateKey(update.silo(), update.updateId());
    }

    @Override
    public int compareTo(UpdateKey other) {
        return ORDER.compare(this, other);
    }

    /** Silo and update id for a person: {@code silo/hex}, as in the fates topic's keys. */
    @Override
    public String toString() {
        return silo + "/" + updateId.hex();
    }
}
