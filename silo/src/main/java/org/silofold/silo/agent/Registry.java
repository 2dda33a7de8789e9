package org.silofold.silo.agent;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Roster;
import org.silofold.schemas.registry.RegistryView;

/** The party's own verified copy of the registry, shared by all threads of the agent. */
public interface Registry {
    /** Reads from the view under its lock: be short, and let nothing of the view escape but values. */
    <T> T read(Function<RegistryView, T> reader);

    /** Grows with every change. */
    long revision();

    /** Whether its topics were read to their end at least once since the agent started. */
    boolean loaded();

    /** A model's policy of this sequence, if this party ever saw it: it may have been replaced since. */
    Optional<Policy> policy(String model, long sequence);

    /** Every roster that this party ever saw, oldest first, by the digest of its signed bytes. */
    Map<Digest, Roster> rosters();
}
