package org.silofold.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Topics: lists of records in one order, of which some readers may not see some until the network heals. */
final class Network {
    static final String REQUESTS = "unmask-requests";
    static final String MODELS = "model-manifests";
    static final String FATES = "fates";

    /** A record and who does not see it. */
    record Entry(Post post, Set<String> hiddenFrom) {}

    private final SortedMap<String, List<Entry>> topics = new TreeMap<>();

    static String updates(String silo) {
        return "updates." + silo;
    }

    static String manifests(String silo) {
        return "manifests." + silo;
    }

    static String withdrawals(String silo) {
        return "withdrawals." + silo;
    }

    static String neverVoted(String member) {
        return "never-voted." + member;
    }

    static String receipts(String member) {
        return "receipts." + member;
    }

    static String votes(String member) {
        return "votes." + member;
    }

    static String responses(String member) {
        return "responses." + member;
    }

    void write(String topic, Post post, Set<String> hiddenFrom) {
        topics.computeIfAbsent(topic, name -> new ArrayList<>()).add(new Entry(post, new HashSet<>(hiddenFrom)));
    }

    List<Entry> topic(String name) {
        return topics.getOrDefault(name, List.of());
    }

    /** From now on everybody sees everything. */
    void heal() {
        topics.values()
                .forEach(entries -> entries.forEach(entry -> entry.hiddenFrom().clear()));
    }
}
