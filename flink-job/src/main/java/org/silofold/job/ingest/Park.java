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

/** The records of one key that wait for the registry, in their order: until a deadline set by the first, and up to so many bytes. */
final class Park {
    /** Milliseconds between looks at whether the registry knows the sender by now. */
    private static final long RETRY = 200;

    private final long millis;
    private final long maxBytes;
    private final ListState<RawRecord> records;
    private final ValueState<Long> deadline;
    private final ValueState<Long> bytes;

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

    boolean hasRoomFor(RawRecord raw) throws Exception {
        return used() + size(raw) <= maxBytes;
    }

    /** Adds a record and tells when to look again. */
    long add(RawRecord raw, long now) throws Exception {
        if (isEmpty()) {
            deadline.update(now + millis);
        }
        records.add(raw);
        bytes.update(used() + size(raw));
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
    long keep(List<RawRecord> rest, long now) throws Exception {
        records.update(new ArrayList<>(rest));
        bytes.update(rest.stream().mapToLong(Park::size).sum());
        return now + RETRY;
    }

    void clear() {
        records.clear();
        deadline.clear();
        bytes.clear();
    }

    private long used() throws Exception {
        Long used = bytes.value();
        return used == null ? 0 : used;
    }

    private static long size(RawRecord raw) {
        return (long) raw.value().length + raw.key().length;
    }
}
