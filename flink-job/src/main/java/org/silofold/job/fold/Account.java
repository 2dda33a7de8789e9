package org.silofold.job.fold;

import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.UpdateKey;

/** What one accumulator holds and waits for. Mutable; see {@link FoldBook}. */
final class Account {
    /** Updates whose words are in the sum. */
    final TreeSet<UpdateKey> added;
    /** Updates that joined before their bytes came. */
    final TreeSet<UpdateKey> waiting;

    private boolean certified;
    private Optional<FoldCommand.Open> open;

    Account() {
        this(new TreeSet<>(), new TreeSet<>(), false, Optional.empty());
    }

    Account(
            Collection<UpdateKey> added,
            Collection<UpdateKey> waiting,
            boolean certified,
            Optional<FoldCommand.Open> open) {
        this.added = new TreeSet<>(added);
        this.waiting = new TreeSet<>(waiting);
        this.certified = certified;
        this.open = open;
    }

    Account copy() {
        return new Account(added, waiting, certified, open);
    }

    boolean certified() {
        return certified;
    }

    void certify() {
        certified = true;
    }

    Optional<FoldCommand.Open> open() {
        return open;
    }

    void open(FoldCommand.Open command) {
        open = Optional.of(command);
    }

    /** Whether the sum can be opened into a shard that is at this version. */
    boolean ripe(long version) {
        return open.isPresent() && waiting.isEmpty() && open.get().previousVersion() == version;
    }
}
