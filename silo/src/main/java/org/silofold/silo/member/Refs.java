package org.silofold.silo.member;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;

/** Lists of update references as one column: u32 BE count, then for each the silo (modified UTF-8, u16 length), 16 and 32 bytes. */
final class Refs {
    private Refs() {}

    static byte[] encode(List<UpdateRef> refs) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4 + 64 * refs.size());
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(refs.size());
            for (UpdateRef ref : refs) {
                out.writeUTF(ref.silo());
                out.write(ref.updateId().toBytes());
                out.write(ref.manifestDigest().toBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("in memory", e);
        }
        return bytes.toByteArray();
    }

    static List<UpdateRef> decode(byte[] column) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(column))) {
            int count = in.readInt();
            List<UpdateRef> refs = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String silo = in.readUTF();
                UpdateId id = UpdateId.of(in.readNBytes(UpdateId.LENGTH));
                refs.add(new UpdateRef(silo, id, Digest.of(in.readNBytes(Digest.LENGTH))));
            }
            return List.copyOf(refs);
        } catch (IOException | IllegalArgumentException e) {
            throw new MemberStoreException("the member's store holds a damaged list of updates", e);
        }
    }
}
