package org.silofold.silo.auditor;

import org.silofold.protocol.encode.MetaLayout;
import org.silofold.protocol.envelope.AssociatedData;
import org.silofold.protocol.envelope.ContentKey;
import org.silofold.protocol.envelope.Seal;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.SignedRecord;

/** Opens what one update's silo sealed, as one of its recipients: the aggregator or an auditor. Not thread-safe. */
public final class UpdateOpener implements AutoCloseable {
    private final UpdateManifest.Core core;
    private final ContentKey content;

    /**
     * Unwraps the update's content key.
     *
     * @param recipient the name under which it was wrapped
     * @param key the recipient's KEM key of the update's epoch; the caller's to close
     * @param core of the update's manifest
     * @throws RejectedException {@link Reason#NOT_A_RECIPIENT} or {@link Reason#KEY_DIGEST_MISMATCH} if it was not, or not rightly
     */
    public UpdateOpener(String recipient, KemPrivateKey key, UpdateManifest.Core core) {
        this.core = core;
        this.content = ContentKey.unwrap(
                core.wrappedKeys(), recipient, key, core.context(), core.updateId(), core.cekDigest());
    }

    /**
     * The masked words of a shard, little-endian.
     *
     * @throws RejectedException {@link Reason#SEAL_BROKEN} if it was not sealed with this update's key
     */
    public byte[] shard(SignedRecord<UpdateShard> record) {
        UpdateShard.Core shard = record.message().core();
        byte[] aad = AssociatedData.shard(record.message().coreBytes());
        try (SecretBytes key = content.shardKey(shard.context(), shard.updateId(), shard.shardIndex())) {
            return Seal.open(key, aad, record.record(), record.payloadOffset(), record.payloadLength());
        }
    }

    /**
     * The masked words of the meta block, little-endian.
     *
     * @param metaBlock its index, one past the last parameter block
     * @throws RejectedException {@link Reason#WRONG_SHAPE} or {@link Reason#SEAL_BROKEN}
     */
    public byte[] meta(SignedRecord<UpdateManifest> record, ParameterSet set, int metaBlock) {
        int sealed = Seal.sealedLength(MetaLayout.bytes(set));
        if (record.payloadLength() < sealed) {
            throw new RejectedException(Reason.WRONG_SHAPE, "a manifest without a whole meta block");
        }
        byte[] aad = AssociatedData.meta(record.message().coreDigest(), metaBlock);
        try (SecretBytes key = content.metaKey(core.context(), core.updateId(), metaBlock)) {
            return Seal.open(key, aad, record.record(), record.payloadOffset(), sealed);
        }
    }

    /** Wipes the content key. */
    @Override
    public void close() {
        content.close();
    }
}
