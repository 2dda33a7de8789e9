package org.silofold.protocol.message;

/** A signed message's header. */
public interface Message {
    /** Who says this, in which federation, epoch and model, for which purpose. */
    Context context();
}
