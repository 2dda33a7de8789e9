package org.silofold.schemas.registry;

import org.silofold.protocol.envelope.Frame;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.RegistryDocument;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.codec.HeaderCodec;

/** Registry keys as records themselves claim them. */
final class DocumentKeys {
    private DocumentKeys() {}

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
