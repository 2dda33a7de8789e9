package org.silofold.job.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.silofold.job.event.RawRecord;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.registry.RegistryView;

/**
 * A task's own view of the registry, made from the broadcast state when it is first needed, since that state cannot be read before an element
 * comes. Documents were verified once by the registry operator and are verified here again, when they are applied. Not thread-safe.
 */
final class RegistryCopy {
    private final String federation;
    private final VerifyingKey authority;
    private RegistryView view;
    private int changes;

    RegistryCopy(String federation, VerifyingKey authority) {
        this.federation = federation;
        this.authority = authority;
    }

    /** The view of these documents, which are numbered in the order in which each can be verified. */
    RegistryView view(ReadOnlyBroadcastState<Integer, byte[]> documents) throws Exception {
        if (view == null) {
            TreeMap<Integer, byte[]> sorted = new TreeMap<>();
            for (Map.Entry<Integer, byte[]> document : documents.immutableEntries()) {
                sorted.put(document.getKey(), document.getValue());
            }
            view = RegistryView.restore(federation, authority, new ArrayList<>(sorted.values()));
        }
        return view;
    }

    /** How many documents changed something since this copy was made: the same number means the same registry. */
    int changes() {
        return changes;
    }

    /** Adds a document that the registry operator let pass, which asks where documents come from. */
    void add(RawRecord document, BroadcastState<Integer, byte[]> documents) throws Exception {
        RegistryView current = view(documents);
        if (current.apply(document.key(), document.value())) {
            changes++;
        }
        List<byte[]> records = current.records();
        documents.clear();
        for (int i = 0; i < records.size(); i++) {
            documents.put(i, records.get(i));
        }
    }
}
