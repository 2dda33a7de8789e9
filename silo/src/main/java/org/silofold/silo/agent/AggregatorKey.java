package org.silofold.silo.agent;

import java.util.Optional;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.registry.RegistryView;

/**
 * Whose signature the agent asks for on models, manifests and fates.
 *
 * @param name the aggregator's name in the roster
 * @param key its enrolled identity key
 */
record AggregatorKey(String name, VerifyingKey key) {
    static Optional<AggregatorKey> of(RegistryView view) {
        return view.roster().flatMap(roster -> view.identityKey(roster.aggregator())
                .map(key -> new AggregatorKey(roster.aggregator(), key)));
    }
}
