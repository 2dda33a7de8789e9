package org.silofold.protocol.registry;

import org.silofold.protocol.message.Message;

/** A document of the registry topic. Its sequence only ever grows; an older one is refused, and everyone remembers the newest. */
public sealed interface RegistryDocument extends Message
        permits Enrolment, KeyBundle, ModelSpec, Policy, Revocation, Roster, VoidVersion {
    /** Monotonic by document key. */
    long sequence();

    /** Key in the compacted registry topic. */
    String key();
}
