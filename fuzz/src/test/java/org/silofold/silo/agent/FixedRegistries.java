package org.silofold.silo.agent;

import org.silofold.schemas.registry.RegistryView;

/** Registries that do not change, for targets in other packages. */
public final class FixedRegistries {
    private FixedRegistries() {}

    /** A registry that was read to its end. */
    public static Registry of(RegistryView view) {
        return new FixedRegistry(view);
    }
}
