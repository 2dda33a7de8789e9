package org.silofold.silo.agent;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Roster;
import org.silofold.schemas.registry.RegistryView;

/** A registry that was read to its end. */
public record FixedRegistry(RegistryView view) implements Registry {
    @Override
    public <T> T read(Function<RegistryView, T> reader) {
        return reader.apply(view);
    }

    @Override
    public long revision() {
        return 1;
    }

    @Override
    public boolean loaded() {
        return true;
    }

    @Override
    public Optional<Policy> policy(String model, long sequence) {
        return view.policy(model).filter(policy -> policy.sequence() == sequence);
    }

    @Override
    public Map<Digest, Roster> rosters() {
        return Map.of(view.rosterDigest().orElseThrow(), view.roster().orElseThrow());
    }
}
