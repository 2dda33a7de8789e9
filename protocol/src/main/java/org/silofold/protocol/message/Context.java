package org.silofold.protocol.message;

/**
 * What every header begins with. Binds a message to its federation, roster, policy, model, sender and purpose, so that none can be
 * replayed as another.
 *
 * @param version protocol version, {@value #VERSION}
 * @param suite the suite's wire text, see {@link Suite}
 * @param federation federation name
 * @param rosterEpoch epoch of the roster in force; 0 in registry documents, which stand outside epochs
 * @param rosterDigest digest of that roster's signed bytes; {@link Digest#ZERO} in registry documents
 * @param policySequence sequence of the model's policy in force; 0 in registry documents
 * @param model model name; empty where a document concerns the federation as a whole
 * @param sender name of the party that signs
 * @param purpose what the message is for
 */
public record Context(
        int version,
        String suite,
        String federation,
        int rosterEpoch,
        Digest rosterDigest,
        long policySequence,
        String model,
        String sender,
        Purpose purpose) {
    /** The protocol version that this code speaks. */
    public static final int VERSION = 1;

    /** The same context for another purpose. */
    public Context withPurpose(Purpose other) {
        return new Context(version, suite, federation, rosterEpoch, rosterDigest, policySequence, model, sender, other);
    }

    /** The same context for another sender. */
    public Context withSender(String other) {
        return new Context(
                version, suite, federation, rosterEpoch, rosterDigest, policySequence, model, other, purpose);
    }
}
