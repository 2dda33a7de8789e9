package org.silofold.protocol.envelope;

import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateId;

/** Keys of the share packets, protocol page 5.5. */
public final class PacketKeys {
    private PacketKeys() {}

    /**
     * The key that seals member j's packet.
     *
     * @param kemSecret the secret encapsulated to that member
     * @param context the update's context, of any purpose
     * @param member j, from 1
     */
    public static SecretBytes derive(SecretBytes kemSecret, Context context, UpdateId updateId, int member) {
        return ContentKey.derive(kemSecret, info(context.withPurpose(Purpose.UPDATE_MANIFEST), updateId, member));
    }

    static byte[] info(Context context, UpdateId updateId, int index) {
        return new LengthPrefixed()
                .text(context.purpose().text())
                .bytes(ContextBytes.withPurpose(context))
                .updateId(updateId)
                .int32(index)
                .toBytes();
    }
}
