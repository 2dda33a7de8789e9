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
    /** Only the registry has topics of several purposes, told apart by record keys. */
    private static final byte[] NO_KEY = new byte[0];

    /** The route of a topic that verify-unwrap reads; empty for any other. */
    static Optional<Route> of(Topics topics, Party party, String topic) {
        return topics.parse(topic).flatMap(parsed -> {
            TopicKind kind = parsed.kind();
            return switch (kind) {
                case UPDATES, MANIFESTS, RECEIPTS, VOTES, RESPONSES -> Optional.of(route(kind, parsed.party()));
                case UNMASK_REQUESTS, MODEL_MANIFESTS -> Optional.of(route(kind, party.aggregator()));
                case INITIAL_MODELS -> Optional.of(route(kind, ""));
                case REGISTRY, MODELS, FATES, AUDIT, REJECTIONS -> Optional.empty();
            };
        });
    }

    private static Route route(TopicKind kind, String owner) {
        return new Route(kind, kind.purpose(NO_KEY), owner);
    }

    /** Whether the records are parts of updates, keyed by update id. */
    boolean ofUpdate() {
        return kind == TopicKind.UPDATES || kind == TopicKind.MANIFESTS;
    }
}
