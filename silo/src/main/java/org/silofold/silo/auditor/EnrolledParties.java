package org.silofold.silo.auditor;

import java.util.Optional;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.silo.agent.Registry;
import org.silofold.silo.party.PartyDirectory;

/**
 * The parties as the agent's registry knows them.
 *
 * @param registry the registry
 * @param party whose directory holds the authority's key
 */
record EnrolledParties(Registry registry, PartyDirectory party) implements Parties {
    @Override
    public VerifyingKey authority() {
        return party.authorityKey();
    }

    @Override
    public Optional<VerifyingKey> identityKey(String name) {
        return registry.read(view -> view.identityKey(name));
    }

    @Override
    public Optional<String> organisation(String name) {
        return registry.read(view -> view.organisation(name));
    }

    @Override
    public boolean isRevoked(String name, long atMillis) {
        return registry.read(view -> view.isRevoked(name, atMillis));
    }
}
