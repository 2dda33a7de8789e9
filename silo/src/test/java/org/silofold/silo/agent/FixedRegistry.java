package org.silofold.silo.agent;

import java.util.function.Function;
import org.silofold.schemas.registry.RegistryView;

/** A registry that was read to its end. */
record FixedRegistry(RegistryView view) implements Registry {
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
}
