package org.silofold.job.coordinate;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.silofold.job.coordinate.TrackedUpdate.Receipt;
import org.silofold.job.event.UpdateKey;

/**
 * One member's receipts for updates of which nothing was read yet, or under a registry that is not known yet: the newest {@value #OF_SILO} of a silo, so that no silo's manifests
 * displace what was said of another's, and {@value #ALL} in all, since a member may name silos that there are not. Not thread-safe.
 */
final class EarlyReceipts {
    static final int OF_SILO = 256;
    static final int ALL = 4096;

    private final Map<String, Map<UpdateKey, Receipt>> bySilo = new LinkedHashMap<>();
    private int size;

    /** Keeps a receipt, or of two for one update the one that counts. */
    void keep(UpdateKey key, Receipt receipt) {
        Map<UpdateKey, Receipt> ofSilo = bySilo.computeIfAbsent(key.silo(), silo -> new LinkedHashMap<>());
        int before = ofSilo.size();
        ofSilo.merge(key, receipt, Receipt::orLater);
        if (ofSilo.size() == before) {
            return;
        }
        size++;
        if (ofSilo.size() > OF_SILO) {
            removeEldest(ofSilo);
        } else if (size > ALL) {
            removeEldest(bySilo.values().stream()
                    .max(Comparator.comparingInt(Map::size))
                    .orElseThrow());
        }
    }

    private void removeEldest(Map<UpdateKey, Receipt> ofSilo) {
        take(ofSilo.keySet().iterator().next());
    }

    /** Takes out the receipt for this update; null if there is none. */
    Receipt take(UpdateKey key) {
        Map<UpdateKey, Receipt> ofSilo = bySilo.get(key.silo());
        Receipt receipt = ofSilo == null ? null : ofSilo.remove(key);
        if (receipt != null) {
            size--;
            if (ofSilo.isEmpty()) {
                bySilo.remove(key.silo());
            }
        }
        return receipt;
    }

    int size() {
        return size;
    }

    /** All of them, those of a silo in the order in which they came. */
    Map<UpdateKey, Receipt> all() {
        Map<UpdateKey, Receipt> all = new LinkedHashMap<>();
        bySilo.values().forEach(all::putAll);
        return all;
    }
}
