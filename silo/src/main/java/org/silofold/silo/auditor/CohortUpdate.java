package org.silofold.silo.auditor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.silofold.protocol.envelope.MerkleTree;
import org.silofold.protocol.envelope.Seal;
import org.silofold.protocol.mask.ModularSum;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.TopicKind;

/** One update of a cohort while its version is recomputed: its shards are asked for in order, then its root. */
final class CohortUpdate implements AutoCloseable {
    private final SignedRecord<UpdateManifest> manifest;
    private final UpdateManifest.Core core;
    private final UpdateOpener opener;
    private final Verifier verifier;
    private final CohortLog log;
    private final List<Digest> digests = new ArrayList<>();
    private boolean conflicting;

    /** @param opener closed with this */
    CohortUpdate(SignedRecord<UpdateManifest> manifest, UpdateOpener opener, Verifier verifier, CohortLog log) {
        this.manifest = manifest;
        this.core = manifest.message().core();
        this.opener = opener;
        this.verifier = verifier;
        this.log = log;
    }

    /** The masked words of its meta block. */
    byte[] meta(ShardLayout layout) {
        return opener.meta(manifest, layout.set(), layout.metaBlock());
    }

    /** Asks for every shard before the work begins that needs them all. */
    void requireShards(ShardLayout layout) {
        for (int shard = 0; shard < layout.shards(); shard++) {
            if (!log.hasShard(core.context().sender(), core.updateId(), shard)) {
                throw missing(shard);
            }
        }
    }

    /**
     * The masked words of a shard.
     *
     * @throws RejectedException if they are not sealed with the update's key, or one is not below q
     * @throws MissingRecordException if no shard is there that verifies; or if the silo signed several and this one cannot be opened
     */
    byte[] shard(ShardLayout layout, int shard) {
        List<LogRecord> records = log.shards(core.context().sender(), core.updateId(), shard);
        if (records.isEmpty()) {
            throw missing(shard);
        }
        List<SignedRecord<UpdateShard>> signed = records.stream()
                .map(record -> open(layout, shard, record))
                .flatMap(Optional::stream)
                .toList();
        if (signed.isEmpty()) {
            throw verifier.unverified(core.context().sender(), "shard " + shard + " of " + name());
        }
        // What is not of this update or does not verify here, others may have taken; and of too many, some are not
        // here.
        boolean several = signed.size() < records.size()
                || records.size() >= PlaceTable.MOST
                || signed.stream()
                                .map(record -> record.message().payloadDigest())
                                .distinct()
                                .count()
                        > 1;
        conflicting |= several;
        digests.add(signed.get(0).message().payloadDigest());
        try {
            byte[] words = opener.shard(signed.get(0));
            ModularSum.checkWords(layout.set(), words, 0, words.length);
            return words;
        } catch (RejectedException e) {
            throw several ? conflict() : e;
        }
    }

    private Optional<SignedRecord<UpdateShard>> open(ShardLayout layout, int shard, LogRecord record) {
        return verifier.open(
                        UpdateShard.class,
                        Purpose.UPDATE_SHARD,
                        TopicKind.UPDATES,
                        core.context().sender(),
                        record)
                .filter(signed -> {
                    UpdateShard.Core of = signed.message().core();
                    return of.context().equals(core.context().withPurpose(Purpose.UPDATE_SHARD))
                            && of.updateId().equals(core.updateId())
                            && of.sequence() == core.sequence()
                            && of.shardIndex() == shard
                            && of.shardCount() == core.shardCount()
                            && of.cekDigest().equals(core.cekDigest())
                            && signed.payloadLength() == Seal.sealedLength(layout.bytesIn(shard));
                });
    }

    /**
     * Checks that the shards were those of the manifest.
     *
     * @throws RejectedException {@link Reason#MERKLE_ROOT_MISMATCH} if they were not
     * @throws MissingRecordException if they were not, and the silo signed several for one place: the aggregator may have read them in
     *     another order
     */
    void requireRoot() {
        if (MerkleTree.root(digests).equals(core.shardsRoot())) {
            return;
        }
        if (conflicting) {
            throw conflict();
        }
        throw new RejectedException(Reason.MERKLE_ROOT_MISMATCH, "the shards of " + name() + " are not its manifest's");
    }

    private MissingRecordException conflict() {
        return new MissingRecordException(
                MissingRecordException.Kind.CLOSED, "one set of shards: " + name() + " has shards that conflict");
    }

    private MissingRecordException missing(int shard) {
        return new MissingRecordException(MissingRecordException.Kind.NOT_SEEN, "shard " + shard + " of " + name());
    }

    private String name() {
        return "update " + core.context().sender() + "/" + core.updateId();
    }

    @Override
    public void close() {
        opener.close();
    }
}
