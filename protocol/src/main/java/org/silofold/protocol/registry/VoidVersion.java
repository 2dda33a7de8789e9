package org.silofold.protocol.registry;

import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;

/**
 * The authority allows a version without updates: it repeats the parameters of the one before, so that every base is new again and silos
 * whose updates were lost with a cohort may train once more.
 *
 * @param context the context; names the model
 * @param sequence monotonic by model and version
 * @param version the version that is void, from 1
 * @param previousDigest manifest digest of the version before it, whose parameters it repeats
 * @param why for a person
 */
public record VoidVersion(Context context, long sequence, long version, Digest previousDigest, String why)
        implements RegistryDocument {
    @Override
    public String key() {
        return key(context.model(), version);
    }

    /** The key of the document by which a model's version is void. */
    public static String key(String model, long version) {
        return "void-version/" + model + "/" + version;
    }
}
