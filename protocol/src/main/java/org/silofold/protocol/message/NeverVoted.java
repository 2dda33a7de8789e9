package org.silofold.protocol.message;

import java.util.List;

/**
 * A member says that it never voted for a cohort with these updates, and promises, durably before it says so, that it never will.
 *
 * @param context the context
 * @param updates which, 1 to 1024, distinct
 */
public record NeverVoted(Context context, List<UpdateRef> updates) implements Message {
    /** Copies the list. */
    public NeverVoted {
        updates = List.copyOf(updates);
    }
}
