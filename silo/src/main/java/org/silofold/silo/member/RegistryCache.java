package org.silofold.silo.member;

import java.time.Clock;
import org.silofold.silo.agent.Registry;

/** The newest snapshot of the agent's registry, made anew when it changed or a second has passed. One thread. */
final class RegistryCache {
    private static final long MAX_AGE_MILLIS = 1000;

    private final Registry registry;
    private final Clock clock;
    private RegistrySnapshot snapshot;
    private long revision = -1;
    private long madeAt;

    RegistryCache(Registry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /**
     * The registry as it is now.
     *
     * @throws IllegalStateException if it has no roster
     */
    RegistrySnapshot get() {
        long now = clock.millis();
        long current = registry.revision();
        if (snapshot == null || current != revision || Math.abs(now - madeAt) > MAX_AGE_MILLIS) {
            snapshot = registry.read(view -> RegistrySnapshots.of(view, now))
                    .orElseThrow(() -> new IllegalStateException("the registry has no roster yet"));
            revision = current;
            madeAt = now;
        }
        return snapshot;
    }
}
