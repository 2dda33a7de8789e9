package org.silofold.silo.member;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.registry.RegistryView;

/** Takes snapshots of a registry. */
final class RegistrySnapshots {
    private RegistrySnapshots() {}

    /**
     * What the registry says at a moment.
     *
     * @param nowMillis epoch milliseconds, for validity and revocation
     * @return empty while there is no roster
     */
    static Optional<RegistrySnapshot> of(RegistryView view, long nowMillis) {
        Optional<Roster> roster = view.roster();
        Optional<Digest> digest = view.rosterDigest();
        if (roster.isEmpty() || digest.isEmpty()) {
            return Optional.empty();
        }
        Map<String, RegistrySnapshot.ModelRules> models = new HashMap<>();
        for (String model : view.models()) {
            Optional<Policy> policy = view.policy(model);
            Optional<Digest> spec = view.modelSpecDigest(model);
            if (policy.isPresent() && spec.isPresent()) {
                models.put(model, new RegistrySnapshot.ModelRules(policy.get(), spec.get()));
            }
        }
        Set<String> parties = new LinkedHashSet<>(roster.get().silos());
        parties.addAll(roster.get().committee());
        parties.add(roster.get().aggregator());
        Map<String, String> organisations = new HashMap<>();
        Map<String, VerifyingKey> keys = new HashMap<>();
        Set<String> revoked = new HashSet<>();
        for (String party : parties) {
            view.organisation(party).ifPresent(organisation -> organisations.put(party, organisation));
            view.identityKey(party).ifPresent(key -> keys.put(party, key));
            if (view.isRevoked(party, nowMillis)) {
                revoked.add(party);
            }
        }
        String federation = roster.get().context().federation();
        return Optional.of(
                new RegistrySnapshot(federation, roster.get(), digest.get(), models, organisations, keys, revoked));
    }
}
