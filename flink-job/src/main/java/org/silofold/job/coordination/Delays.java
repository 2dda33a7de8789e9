package org.silofold.job.coordination;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.UpdateKey;
import org.silofold.job.metrics.JobMetrics;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateRef;

/** Times buffers and responses, for the metrics alone: forgotten when a task restarts, and bounded. */
final class Delays {
    private static final int REMEMBERED = 4096;

    private final JobMetrics metrics;
    private final Map<UpdateKey, Long> joined = new Bounded<>();
    private final Map<Buffer, Long> requested = new Bounded<>();

    Delays(JobMetrics metrics) {
        this.metrics = metrics;
    }

    void joined(FoldCommand command, long now) {
        if (command instanceof FoldCommand.Join join) {
            joined.put(join.update(), now);
        }
    }

    void requested(UnmaskRequest request, long now) {
        requested.put(request.buffer(), now);
        OptionalLong first = request.cohort().stream()
                .map(UpdateKey::of)
                .filter(joined::containsKey)
                .mapToLong(joined::get)
                .min();
        first.ifPresent(then -> metrics.observe(JobMetrics.BUFFER_AGE_MILLIS, now - then));
        for (UpdateRef update : request.cohort()) {
            joined.remove(UpdateKey.of(update));
        }
    }

    void heard(CoordinatorEvent event, long now) {
        if (event instanceof CoordinatorEvent.ResponseSeen seen && requested.containsKey(seen.buffer())) {
            metrics.observe(JobMetrics.RESPONSE_MILLIS, now - requested.get(seen.buffer()));
        }
    }

    private static final class Bounded<K> extends LinkedHashMap<K, Long> {
        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Long> eldest) {
            return size() > REMEMBERED;
        }
    }
}
