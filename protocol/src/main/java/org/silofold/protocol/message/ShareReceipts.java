package org.silofold.protocol.message;

import java.util.List;
import java.util.Optional;
import org.silofold.protocol.reason.Reason;

/**
 * What a member says of the share packets it was sent.
 *
 * @param context the context
 * @param entries one per update
 */
public record ShareReceipts(Context context, List<Entry> entries) implements Message {
    /**
     * @param update the update, pinned to its manifest
     * @param refused empty if the packet opened and passed the share check, else why not
     */
    public record Entry(UpdateRef update, Optional<Reason> refused) {}
}
