package org.silofold.silo.member;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Roster;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.silo.agent.Registry;

/** A registry that goes through given states, one after another, when it is told to. */
final class StagedRegistry implements Registry {
    private final List<RegistryView> stages;
    private int stage;

    StagedRegistry(List<RegistryView> stages) {
        this.stages = stages;
    }

    int stage() {
        return stage;
    }

    /** Goes on to the next state, if there is one. */
    void next() {
        stage = Math.min(stage + 1, stages.size() - 1);
    }

    private RegistryView view() {
        return stages.get(stage);
    }

    @Override
    public <T> T read(Function<RegistryView, T> reader) {
        return reader.apply(view());
    }

    @Override
    public long revision() {
        return 1L + stage;
    }

    @Override
    public boolean loaded() {
        return true;
    }

    @Override
    public Optional<Policy> policy(String model, long sequence) {
        return view().policy(model).filter(policy -> policy.sequence() == sequence);
    }

    @Override
    public Map<Digest, Roster> rosters() {
        return Map.of(view().rosterDigest().orElseThrow(), view().roster().orElseThrow());
    }
}
