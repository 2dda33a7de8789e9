package org.silofold.silo.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.silofold.protocol.envelope.AssociatedData;
import org.silofold.protocol.envelope.ContentKey;
import org.silofold.protocol.envelope.MerkleTree;
import org.silofold.protocol.envelope.Seal;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.mask.DiscreteGaussian;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.mask.Masker;
import org.silofold.protocol.mask.PublicElements;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.message.WrappedKey;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.codec.HeaderCodec;
import org.silofold.silo.party.PrivateFiles;

/**
 * Makes the records of one update: clips, weighs, encodes and masks the delta shard by shard, shares the mask's secret among the committee,
 * seals and signs. Each shard goes to disk before the next one is made, so memory holds the delta and one shard. What is secret and not
 * sealed (mask secret, content key, shares) never leaves memory and is wiped.
 */
final class UpdateBuilder {
    private final String federation;
    private final SigningKey identity;
    private final SecureRandom random;

    /**
     * @param bytes size of all records
     * @param manifestDigest SHA-256 of the manifest's signed bytes
     */
    record Built(long bytes, Digest manifestDigest) {}

    UpdateBuilder(String federation, SigningKey identity, SecureRandom random) {
        this.federation = federation;
        this.identity = identity;
        this.random = random;
    }

    /**
     * Writes the update's records into an empty directory; the caller syncs the directory and gives it its name.
     *
     * @return how large it is and what its manifest is called
     * @throws org.silofold.protocol.reason.RejectedException if the request is not what it should be; nothing was written then
     */
    Built build(
            UpdateTerms terms,
            UpdateRequest request,
            UpdateRequest.Base base,
            UpdateId id,
            long sequence,
            long expiryMillis,
            Path directory)
            throws IOException {
        ShardLayout layout = terms.layout();
        PublicElements elements = PublicElements.of(
                layout.set(), federation, request.model(), terms.context().rosterEpoch());
        try (MaskSecret secret = MaskSecret.fresh(layout.set(), random);
                ContentKey key = ContentKey.generate(random);
                DiscreteGaussian gaussian = new DiscreteGaussian(layout.set(), KeyStream.fresh(random));
                Masker masker = new Masker(elements, secret, gaussian);
                UpdateWords encoder = UpdateWords.of(terms, request, base.tau(), masker, random)) {
            List<WrappedKey> wrapped = wrap(terms, key, id);
            Shards shards = new Shards(terms.context().withPurpose(Purpose.UPDATE_SHARD), id, sequence, wrapped, key);
            List<Digest> digests = new ArrayList<>();
            long bytes = 0;
            for (int i = 0; i < layout.shards(); i++) {
                byte[] words = encoder.shard(i);
                byte[] record = shards.record(i, layout.shards(), words, digests);
                PrivateFiles.writeNew(directory.resolve(OutboxFiles.shardName(i)), record);
                bytes += record.length;
            }
            byte[] meta = encoder.meta();
            byte[] record = new ManifestBuilder(terms, base, identity, random)
                    .record(id, sequence, expiryMillis, wrapped, key, MerkleTree.root(digests), meta, secret);
            PrivateFiles.writeNew(directory.resolve(OutboxFiles.MANIFEST), record);
            Digest digest = SignedRecords.reread(UpdateManifest.class, Purpose.UPDATE_MANIFEST, record)
                    .digest();
            return new Built(bytes + record.length, digest);
        }
    }

    private List<WrappedKey> wrap(UpdateTerms terms, ContentKey key, UpdateId id) {
        return terms.recipients().stream()
                .map(recipient -> key.wrapFor(recipient.name(), recipient.key(), terms.context(), id, random))
                .toList();
    }

    /** Seals and signs shards of one update. */
    private final class Shards {
        private final Context context;
        private final UpdateId id;
        private final long sequence;
        private final List<WrappedKey> wrapped;
        private final ContentKey key;

        Shards(Context context, UpdateId id, long sequence, List<WrappedKey> wrapped, ContentKey key) {
            this.context = context;
            this.id = id;
            this.sequence = sequence;
            this.wrapped = wrapped;
            this.key = key;
        }

        byte[] record(int index, int count, byte[] words, List<Digest> digests) {
            UpdateShard.Core core = new UpdateShard.Core(context, id, sequence, index, count, wrapped, key.digest());
            byte[] coreBytes = HeaderCodec.encodeCore(core);
            byte[] sealed;
            try (SecretBytes shardKey = key.shardKey(context, id, index)) {
                sealed = Seal.seal(shardKey, AssociatedData.shard(coreBytes), words);
            }
            Digest digest = Digest.sha256(sealed);
            digests.add(digest);
            return SignedRecords.seal(new UpdateShard(core, coreBytes, digest), sealed, identity);
        }
    }
}
