package org.silofold.job.ingest;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.silofold.job.event.RawRecord;
import org.silofold.job.types.RawRecordSerializer;

/**
 * The records of one key that wait for the registry, in their order: until a deadline set by the first, and within what its party may have
 * waiting at this subtask, under all keys together. They are looked at again only when the registry has changed, so that many of them cost little.
 */
final class Park {
    /** Milliseconds between looks at whether the registry has changed. */
    private static final long RETRY = 200;

    /** What a record counts at least: there is more to it than its bytes, and a look at each key. */
    static final int LEAST = 16 << 10;

    private final long millis;
    private final long maxBytes;
    private final ListState<RawRecord> records;
    private final ValueState<Long> deadline;
    private final ValueState<Long> bytes;
    private final ParkAccount account = new ParkAccount();

    Park(RuntimeContext context, long millis, long maxBytes) {
        this.millis = millis;
        this.maxBytes = maxBytes;
        records = context.getListState(new ListStateDescriptor<>("parked", RawRecordSerializer.INSTANCE));
        deadline = context.getState(new ValueStateDescriptor<>("park-deadline", LongSerializer.INSTANCE));
        bytes = context.getState(new ValueStateDescriptor<>("park-bytes", LongSerializer.INSTANCE));
    }

    boolean isEmpty() throws Exception {
        return deadline.value() == null;
    }

    /** Whether the party may have this record waiting too. */
    boolean hasRoomFor(String key, String owner, RawRecord raw) throws Exception {
        if (!isEmpty() && !account.knows(key)) {
            account.set(key, owner, used(), ParkAccount.NEVER);
        }
        return account.bytesOf(owner) + size(raw) <= maxBytes;
    }

    /**
     * Adds a record and tells when to look again.
     *
     * @param registry number of the registry that it was held against, if it is the first
     */
    long add(String key, String owner, RawRecord raw, int registry, long now) throws Exception {
        int heldAgainst = registry;
        if (isEmpty()) {
            deadline.update(now + millis);
        } else {
            heldAgainst = account.registryOf(key);
        }
        records.add(raw);
        bytes.update(used() + size(raw));
        account.set(key, owner, used(), heldAgainst);
        return later(now);
    }

    /** Whether nothing can have changed since the first record was held against this registry. */
    boolean isTried(String key, int registry) {
        return account.registryOf(key) == registry;
    }

    /** Tells when to look again. */
    long later(long now) {
        return now + RETRY;
    }

    /** Whether waiting has been in vain. */
    boolean overdue(long now) throws Exception {
        return now >= deadline.value();
    }

    /** The records, in their order; they stay. */
    List<RawRecord> waiting() throws Exception {
        List<RawRecord> all = new ArrayList<>();
        records.get().forEach(all::add);
        return all;
    }

    /** Leaves only these, the last of those that waited, and tells when to look again. */
    long keep(String key, String owner, List<RawRecord> rest, int registry, long now) throws Exception {
        records.update(new ArrayList<>(rest));
        bytes.update(rest.stream().mapToLong(Park::size).sum());
        account.set(key, owner, used(), registry);
        return later(now);
    }

    void clear(String key) {
        records.clear();
        deadline.clear();
        bytes.clear();
        account.clear(key);
    }

    private long used() throws Exception {
        Long used = bytes.value();
        return used == null ? 0 : used;
    }

    private static long size(RawRecord raw) {
        return Math.max(LEAST, (long) raw.value().length + raw.key().length);
    }
}
