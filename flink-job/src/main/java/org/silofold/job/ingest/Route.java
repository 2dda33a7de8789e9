package org.silofold.job.ingest;

import java.util.Optional;
import org.silofold.job.config.Party;
import org.silofold.protocol.message.Purpose;
import org.silofold.schemas.TopicKind;
import org.silofold.schemas.Topics;

/**
 * What a topic holds, and whose it is.
 *
 * @param kind the kind of topic
 * @param purpose what its messages are for
 * @param owner name of the party that alone may speak there; empty for the authority
 */
record Route(TopicKind kind, Purpose purpose, String owner) {
    /** The route of a record in a topic that verify-unwrap reads; empty for any other. The key tells topics of several purposes apart. */
    static Optional<Route> of(Topics topics, Party party, String topic, byte[] key) {
        return topics.parse(topic).flatMap(parsed -> {
            TopicKind kind = parsed.kind();
            return switch (kind) {
                case UPDATES, MANIFESTS, WITHDRAWALS, RECEIPTS, VOTES, RESPONSES ->
                    Optional.of(new Route(kind, kind.purpose(key), parsed.party()));
                case UNMASK_REQUESTS, MODEL_MANIFESTS ->
                    Optional.of(new Route(kind, kind.purpose(key), party.aggregator()));
                case INITIAL_MODELS -> Optional.of(new Route(kind, kind.purpose(key), ""));
                case REGISTRY, KEYS, MODELS, FATES, AUDIT, REJECTIONS, NEVER_VOTED, COUNTERSIGNATURES ->
                    Optional.empty();
            };
        });
    }

    /** Whether the records are parts of updates, keyed by update id. */
    boolean ofUpdate() {
        return kind == TopicKind.UPDATES || kind == TopicKind.MANIFESTS;
    }
}
