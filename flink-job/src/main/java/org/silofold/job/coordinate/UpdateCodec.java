package org.silofold.job.coordinate;

import java.util.List;
import java.util.TreeMap;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateManifest;

/** State form of tracked and ended updates. */
final class UpdateCodec {
    private UpdateCodec() {}

    static void write(StateOutput out, TrackedUpdate update) {
        key(out, update.key());
        out.number(update.arrival());
        out.number(update.firstSeenMillis());
        out.number(update.sequence());
        out.optional(update.shards(), shards -> {
            out.integer(shards.count());
            out.map(shards.digests(), out::integer, out::digest);
        });
        out.optional(update.manifest(), manifest -> write(out, manifest));
        out.map(update.receipts(), out::text, receipt -> write(out, receipt));
        out.list(update.abandonedCohorts(), out::digest);
        out.optional(update.fault(), out::reason);
        out.optionalNumber(update.accumulator());
        out.code(update.stage().code());
        out.bool(update.isComplete());
        out.bool(update.isAccepted());
        out.number(update.bufferedAtMillis());
    }

    static TrackedUpdate readUpdate(StateInput in) {
        TrackedUpdate update = new TrackedUpdate(key(in), in.number(), in.number(), in.number());
        in.optional(() -> readShards(in)).ifPresent(update::setShards);
        in.optional(() -> readManifest(in)).ifPresent(update::setManifest);
        in.map(update.receipts(), in::text, () -> readReceipt(in));
        update.abandonedCohorts().addAll(in.list(in::digest));
        in.optional(in::reason).ifPresent(update::setFault);
        update.setAccumulator(in.optionalNumber());
        update.setStage(Stage.ofCode(in.code()));
        if (in.bool()) {
            update.setComplete();
        }
        if (in.bool()) {
            update.setAccepted();
        }
        update.setBufferedAtMillis(in.number());
        return update;
    }

    static void key(StateOutput out, UpdateKey key) {
        out.text(key.silo());
        out.updateId(key.updateId());
    }

    static UpdateKey key(StateInput in) {
        return new UpdateKey(in.text(), in.updateId());
    }

    static void write(StateOutput out, EndedUpdates ended) {
        out.map(ended.silos(), out::text, silo -> {
            out.map(silo.recent(), out::updateId, out::number);
            out.number(silo.floor());
            out.map(silo.fates(), out::updateId, fate -> {
                out.text(fate.kind().code());
                out.optional(fate.reason(), out::reason);
                out.number(fate.version());
            });
        });
    }

    static void readEnded(StateInput in, int writtenIn, EndedUpdates into) {
        in.map(into.silos(), in::text, () -> {
            EndedUpdates.OfSilo silo = new EndedUpdates.OfSilo();
            in.map(silo.recent(), in::updateId, in::number);
            silo.setFloor(in.number());
            if (writtenIn >= StateCodec.WITH_WHAT_TO_SAY_AGAIN) {
                in.map(
                        silo.fates(),
                        in::updateId,
                        () -> new EndedUpdates.Fate(
                                UpdateFate.Kind.ofCode(in.text()), in.optional(in::reason), in.number()));
            }
            return silo;
        });
    }

    static void write(StateOutput out, TrackedUpdate.Receipt receipt) {
        out.digest(receipt.manifestDigest());
        out.optional(receipt.refused(), out::reason);
    }

    static TrackedUpdate.Receipt readReceipt(StateInput in) {
        return new TrackedUpdate.Receipt(in.digest(), in.optional(in::reason));
    }

    private static ShardSet readShards(StateInput in) {
        int count = in.integer();
        ShardSet shards = new ShardSet(count);
        TreeMap<Integer, Digest> digests = new TreeMap<>();
        in.map(digests, in::integer, in::digest);
        digests.forEach((index, digest) -> shards.add(index, count, digest));
        return shards;
    }

    private static void write(StateOutput out, TrackedUpdate.Manifest manifest) {
        out.ref(manifest.ref());
        UpdateManifest.Core core = manifest.core();
        RegistryCodec.write(out, core.context());
        out.number(core.sequence());
        out.number(core.baseVersion());
        out.digest(core.baseDigest());
        out.integer(core.tau());
        out.text(core.weightRule());
        out.number(core.expiryMillis());
        out.integer(core.memberCount());
        out.integer(core.threshold());
        out.integer(core.repetitions());
        out.text(core.parameterSet());
        out.digest(core.modelSpecDigest());
        out.number(core.parameterCount());
        out.integer(core.shardCount());
        out.digest(core.cekDigest());
        out.digest(core.shardsRoot());
        out.words(manifest.metaWords());
    }

    private static TrackedUpdate.Manifest readManifest(StateInput in) {
        var ref = in.ref();
        UpdateManifest.Core core = new UpdateManifest.Core(
                RegistryCodec.readContext(in),
                ref.updateId(),
                in.number(),
                in.number(),
                in.digest(),
                in.integer(),
                in.text(),
                in.number(),
                in.integer(),
                in.integer(),
                in.integer(),
                in.text(),
                in.digest(),
                in.number(),
                in.integer(),
                List.of(),
                in.digest(),
                List.of(),
                in.digest());
        return new TrackedUpdate.Manifest(ref, core, in.words());
    }
}
