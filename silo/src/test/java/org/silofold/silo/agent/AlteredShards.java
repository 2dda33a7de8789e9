package org.silofold.silo.agent;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.silofold.protocol.envelope.AssociatedData;
import org.silofold.protocol.envelope.ContentKey;
import org.silofold.protocol.envelope.Seal;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;

/** Shards of updates that are not what their silo sent, signed by it all the same. */
public final class AlteredShards {
    private final String recipient;
    private final KemPrivateKey key;
    private final Map<String, SigningKey> identities;

    /**
     * @param recipient a party to which shards are sealed
     * @param key its key; the caller closes it
     * @param identities silos' identity keys
     */
    AlteredShards(String recipient, KemPrivateKey key, Map<String, SigningKey> identities) {
        this.recipient = recipient;
        this.key = key;
        this.identities = identities;
    }

    /** A shard of an update with one word changed, sealed and signed as its silo would. */
    public byte[] withAnotherWord(String silo, byte[] record) {
        return resealed(silo, record, words -> words[0] ^= 1);
    }

    /** A shard of an update with a word that is not below q, sealed and signed as its silo would. */
    public byte[] withWordOutOfRange(String silo, byte[] record) {
        return resealed(silo, record, words -> Arrays.fill(words, 0, Words.BYTES, (byte) 0xff));
    }

    private byte[] resealed(String silo, byte[] record, Consumer<byte[]> change) {
        SignedRecord<UpdateShard> shard = AuditedFederation.shard(record);
        UpdateShard.Core core = shard.message().core();
        try (ContentKey content = ContentKey.unwrap(
                        core.wrappedKeys(), recipient, key, core.context(), core.updateId(), core.cekDigest());
                SecretBytes shardKey = content.shardKey(core.context(), core.updateId(), core.shardIndex())) {
            byte[] aad = AssociatedData.shard(shard.message().coreBytes());
            byte[] words = Seal.open(shardKey, aad, shard.payload());
            change.accept(words);
            byte[] sealed = Seal.seal(shardKey, aad, words);
            Arrays.fill(words, (byte) 0);
            return signed(silo, shard, sealed);
        }
    }

    /** A shard of an update with a payload that no key sealed, signed by its silo. */
    public byte[] withBrokenSeal(String silo, byte[] record) {
        SignedRecord<UpdateShard> shard = AuditedFederation.shard(record);
        byte[] junk = shard.payload();
        junk[0] ^= 1;
        return signed(silo, shard, junk);
    }

    private byte[] signed(String silo, SignedRecord<UpdateShard> like, byte[] payload) {
        return SignedRecords.seal(
                new UpdateShard(like.message().core(), like.message().coreBytes(), Digest.sha256(payload)),
                payload,
                identities.get(silo));
    }
}
