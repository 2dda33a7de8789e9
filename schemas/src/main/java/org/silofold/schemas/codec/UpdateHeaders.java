package org.silofold.schemas.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.avro.UpdateManifestCore;
import org.silofold.schemas.avro.UpdateManifestHeader;
import org.silofold.schemas.avro.UpdateShardCore;
import org.silofold.schemas.avro.UpdateShardHeader;

/** Headers of what silos send: an outer record around a core that is kept as the exact bytes that were signed. */
final class UpdateHeaders {
    static final AvroBinary<UpdateShardCore> SHARD_CORE = new AvroBinary<>(UpdateShardCore.getClassSchema());
    static final AvroBinary<UpdateManifestCore> MANIFEST_CORE = new AvroBinary<>(UpdateManifestCore.getClassSchema());

    private UpdateHeaders() {}

    static UpdateShardCore core(UpdateShard.Core core) {
        return new UpdateShardCore(
                Shared.context(core.context()),
                Shared.updateId(core.updateId()),
                core.sequence(),
                core.shardIndex(),
                core.shardCount(),
                Shared.list(core.wrappedKeys(), Shared::wrappedKey),
                Shared.digest(core.cekDigest()));
    }

    static UpdateShardHeader header(UpdateShard shard) {
        requireExact(shard.coreBytes(), SHARD_CORE.encode(core(shard.core())), "updateShard.core");
        return new UpdateShardHeader(ByteBuffer.wrap(shard.coreBytes()), Shared.digest(shard.payloadDigest()));
    }

    static UpdateShard message(UpdateShardHeader header) {
        byte[] coreBytes = Shared.bytes(header.getCore());
        UpdateShardCore core = SHARD_CORE.decode(coreBytes);
        return new UpdateShard(
                new UpdateShard.Core(
                        Shared.context(core.getContext()),
                        Shared.updateId(core.getUpdateId()),
                        core.getSequence(),
                        core.getShardIndex(),
                        core.getShardCount(),
                        Shared.list(core.getWrappedKeys(), Shared::wrappedKey),
                        Shared.digest(core.getCekDigest())),
                coreBytes,
                Shared.digest(header.getPayloadDigest()));
    }

    static UpdateManifestCore core(UpdateManifest.Core core) {
        return new UpdateManifestCore(
                Shared.context(core.context()),
                Shared.updateId(core.updateId()),
                core.sequence(),
                core.baseVersion(),
                Shared.digest(core.baseDigest()),
                core.tau(),
                core.weightRule(),
                core.expiryMillis(),
                core.memberCount(),
                core.threshold(),
                core.repetitions(),
                core.parameterSet(),
                Shared.digest(core.modelSpecDigest()),
                core.parameterCount(),
                core.shardCount(),
                Shared.list(core.wrappedKeys(), Shared::wrappedKey),
                Shared.digest(core.cekDigest()),
                Shared.list(core.memberCiphertexts(), ByteBuffer::wrap),
                Shared.digest(core.shardsRoot()));
    }

    static UpdateManifestHeader header(UpdateManifest manifest) {
        requireExact(manifest.coreBytes(), MANIFEST_CORE.encode(core(manifest.core())), "updateManifest.core");
        return new UpdateManifestHeader(
                ByteBuffer.wrap(manifest.coreBytes()),
                Shared.digest(manifest.payloadDigest()),
                Shared.list(manifest.commitments(), Shared::digest),
                words(manifest.checkPolynomials()));
    }

    static UpdateManifest message(UpdateManifestHeader header) {
        byte[] coreBytes = Shared.bytes(header.getCore());
        UpdateManifest.Core core = core(MANIFEST_CORE.decode(coreBytes));
        return new UpdateManifest(
                core,
                coreBytes,
                Shared.digest(header.getPayloadDigest()),
                Shared.list(header.getCommitments(), Shared::digest),
                rows(header.getCheckPolynomials(), core.repetitions(), core.threshold()));
    }

    private static UpdateManifest.Core core(UpdateManifestCore core) {
        return new UpdateManifest.Core(
                Shared.context(core.getContext()),
                Shared.updateId(core.getUpdateId()),
                core.getSequence(),
                core.getBaseVersion(),
                Shared.digest(core.getBaseDigest()),
                core.getTau(),
                core.getWeightRule(),
                core.getExpiryMillis(),
                core.getMemberCount(),
                core.getThreshold(),
                core.getRepetitions(),
                core.getParameterSet(),
                Shared.digest(core.getModelSpecDigest()),
                core.getParameterCount(),
                core.getShardCount(),
                Shared.list(core.getWrappedKeys(), Shared::wrappedKey),
                Shared.digest(core.getCekDigest()),
                Shared.list(core.getMemberCiphertexts(), Shared::bytes),
                Shared.digest(core.getShardsRoot()));
    }

    private static ByteBuffer words(int[][] rows) {
        int count = Arrays.stream(rows).mapToInt(row -> row.length).sum();
        ByteBuffer words = ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int[] row : rows) {
            for (int word : row) {
                words.putInt(word);
            }
        }
        return words.flip();
    }

    /** The length is compared with what the core says before anything of that size is allocated. */
    private static int[][] rows(ByteBuffer words, int rows, int columns) {
        if (rows < 0 || columns < 0 || words.remaining() != (long) Integer.BYTES * rows * columns) {
            throw new RejectedException(
                    Reason.INVALID_FIELD, "updateManifest.checkPolynomials: not R rows of t words of 4 bytes");
        }
        int[][] result = new int[rows][columns];
        ByteBuffer source = words.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        for (int[] row : result) {
            for (int i = 0; i < columns; i++) {
                row[i] = source.getInt();
            }
        }
        return result;
    }

    private static void requireExact(byte[] given, byte[] encoded, String field) {
        if (!Arrays.equals(given, encoded)) {
            throw new RejectedException(Reason.INVALID_FIELD, field + ": these bytes do not say what the message says");
        }
    }
}
