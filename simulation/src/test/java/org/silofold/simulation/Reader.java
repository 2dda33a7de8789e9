package org.silofold.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Somebody's places in topics. What is hidden from a reader is passed over and found again after the network has healed; what the reader
 * sets aside it finds again sooner or later.
 */
final class Reader {
    private final String name;
    private final Network network;
    private final List<String> topics;
    private final TreeMap<String, Integer> positions = new TreeMap<>();
    private final List<Network.Entry> missed = new ArrayList<>();

    Reader(String name, Network network, List<String> topics) {
        this.name = name;
        this.network = network;
        this.topics = List.copyOf(topics);
    }

    /** What this reader is about to read, by topic and offset. */
    record Place(String topic, int offset, Post post) {}

    /** The next record of a topic chosen at random. */
    Optional<Place> next(Random random) {
        int first = random.nextInt(topics.size());
        for (int i = 0; i < topics.size(); i++) {
            Optional<Place> place = next(topics.get((first + i) % topics.size()));
            if (place.isPresent()) {
                return place;
            }
        }
        return next("");
    }

    /** The next record of this topic; of the empty topic, one that was missed. */
    Optional<Place> next(String topic) {
        if (topic.isEmpty()) {
            for (int i = 0; i < missed.size(); i++) {
                if (!missed.get(i).hiddenFrom().contains(name)) {
                    return Optional.of(new Place("", i, missed.get(i).post()));
                }
            }
            return Optional.empty();
        }
        List<Network.Entry> entries = network.topic(topic);
        int position = positions.getOrDefault(topic, 0);
        while (position < entries.size() && entries.get(position).hiddenFrom().contains(name)) {
            missed.add(entries.get(position));
            position++;
        }
        positions.put(topic, position);
        return position < entries.size()
                ? Optional.of(new Place(topic, position, entries.get(position).post()))
                : Optional.empty();
    }

    /** The record was handled. */
    void done(Place place) {
        if (place.topic().isEmpty()) {
            missed.remove(place.offset());
        } else {
            positions.merge(place.topic(), place.offset() + 1, Math::max);
        }
    }

    /** The record comes later than what follows it. */
    void setAside(Place place) {
        missed.add(network.topic(place.topic()).get(place.offset()));
        done(place);
    }

    /** Goes back in a topic chosen at random: its last records come again. */
    void rewind(Random random, int records) {
        String topic = topics.get(random.nextInt(topics.size()));
        positions.computeIfPresent(topic, (name, position) -> Math.max(0, position - records));
    }

    List<String> topics() {
        return topics;
    }

    /** A copy of all places. */
    Reader copy() {
        Reader copy = new Reader(name, network, topics);
        copy.positions.putAll(positions);
        copy.missed.addAll(missed);
        return copy;
    }
}
