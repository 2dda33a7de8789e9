package org.silofold.job.ingest;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.ModelEvent;
import org.silofold.job.event.VoidOrder;
import org.silofold.protocol.registry.VoidVersion;
import org.silofold.schemas.registry.RegistryView;

/** What the authority's documents on void versions tell the coordinator. */
final class VoidOrders {
    private VoidOrders() {}

    /** The order in the document with this key, if it is a document on a void version. */
    static Optional<ModelEvent> of(RegistryView view, byte[] key) {
        String[] parts = new String(key, StandardCharsets.UTF_8).split("/", -1);
        if (parts.length != 3 || !VoidVersion.key(parts[1], 0).startsWith(parts[0] + "/")) {
            return Optional.empty();
        }
        String model = parts[1];
        // The registry has let the document pass, so its key is in order.
        long version = Long.parseLong(parts[2]);
        return view.voidVersion(model, version).map(document -> {
            VoidOrder order = new VoidOrder(
                    version,
                    document.previousDigest(),
                    view.voidVersionDigest(model, version).orElseThrow());
            return new ModelEvent(model, new CoordinatorEvent.VoidOrdered(order));
        });
    }
}
