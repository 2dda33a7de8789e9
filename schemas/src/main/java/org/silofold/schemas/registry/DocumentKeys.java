package org.silofold.schemas.registry;

import java.nio.charset.StandardCharsets;
import org.silofold.protocol.envelope.Frame;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.RegistryDocument;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.TopicKind;
import org.silofold.schemas.Topics;
import org.silofold.schemas.codec.HeaderCodec;

/** Keys of registry documents: where they may lie, and how records themselves claim them. */
final class DocumentKeys {
    private static final String BUNDLE = "key-bundle/";

    private DocumentKeys() {}

    /**
     * Refuses a key that has no place in a topic: the registry takes any document's, a party's own topic its own key bundles' alone.
     *
     * @throws RejectedException with {@link Reason#WRONG_SENDER} for another party's key bundle, {@link Reason#WRONG_PURPOSE} for any
     *     other key or topic
     */
    static void requirePlace(Topics.Parsed topic, byte[] key) {
        if (topic.kind() == TopicKind.REGISTRY) {
            return;
        }
        if (topic.kind() != TopicKind.KEYS) {
            throw new RejectedException(Reason.WRONG_PURPOSE, topic.kind().word() + " holds no registry documents");
        }
        String text = key == null ? "" : new String(key, StandardCharsets.UTF_8);
        if (!text.startsWith(BUNDLE)) {
            throw new RejectedException(Reason.WRONG_PURPOSE, "a party's own topic holds its key bundles alone");
        }
        if (!text.startsWith(BUNDLE + topic.party() + "/")) {
            throw new RejectedException(
                    Reason.WRONG_SENDER, "a key bundle in the topic of " + topic.party() + " is not its own");
        }
    }

    /**
     * The key of the document in a record, whose signature is <em>not</em> verified: it says how to verify it, no more.
     *
     * @throws RejectedException if the record holds no registry document
     */
    static String unverified(byte[] record) {
        RecordLimits limits = RecordLimits.REGISTRY;
        byte[] header = Frame.parse(record, new Frame.Limits(limits.recordBytes(), limits.headerBytes()))
                .header();
        Purpose purpose = HeaderCodec.claimedPurpose(header);
        if (!RegistryDocument.class.isAssignableFrom(HeaderCodec.messageType(purpose))) {
            throw new RejectedException(Reason.WRONG_PURPOSE, purpose.text() + " is no registry document");
        }
        return HeaderCodec.decode(RegistryDocument.class, purpose, header).key();
    }
}
