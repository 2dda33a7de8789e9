package org.silofold.job.ingest;

import java.util.HexFormat;
import java.util.Optional;
import org.apache.flink.api.java.functions.KeySelector;
import org.silofold.job.config.Party;
import org.silofold.job.event.RawRecord;
import org.silofold.protocol.message.UpdateId;
import org.silofold.schemas.Topics;

/**
 * Brings all records of one update together, and those of each other party and kind in their order. The record's key is not verified here:
 * verify-unwrap refuses records whose key is not their update's.
 */
public final class IngestKey implements KeySelector<RawRecord, String> {
    private final Party party;
    private transient Topics topics;

    /**
     * @param party whose topics
     */
    public IngestKey(Party party) {
        this.party = party;
    }

    @Override
    public String getKey(RawRecord raw) {
        if (topics == null) {
            topics = new Topics(party.topicPrefix());
        }
        Optional<Route> route = Route.of(topics, party, raw.topic(), raw.key());
        if (route.isEmpty() || !route.get().ofUpdate()) {
            return raw.topic();
        }
        // Longer keys are refused later, all in one place.
        String update = raw.key().length == UpdateId.LENGTH ? HexFormat.of().formatHex(raw.key()) : "";
        return route.get().owner() + "/" + update;
    }
}
