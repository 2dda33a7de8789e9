package org.silofold.job.ingest;

import java.util.OptionalLong;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.silofold.job.types.DigestSerializer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/** Digests of the parts of one update that passed every check: the first of each place stands, for as long as the update can live. */
final class SeenParts {
    private final MapState<Integer, Digest> shards;
    private final ValueState<Digest> manifest;
    private final ValueState<Long> forgetAt;

    SeenParts(RuntimeContext context) {
        shards = context.getMapState(
                new MapStateDescriptor<>("seen-shards", IntSerializer.INSTANCE, DigestSerializer.INSTANCE));
        manifest = context.getState(new ValueStateDescriptor<>("seen-manifest", DigestSerializer.INSTANCE));
        forgetAt = context.getState(new ValueStateDescriptor<>("forget-at", LongSerializer.INSTANCE));
    }

    /**
     * Whether this very shard passed before.
     *
     * @throws RejectedException CONFLICTING_DUPLICATE if another did
     */
    boolean hasShard(int index, Digest digest) throws Exception {
        return same(shards.get(index), digest, "shard " + index);
    }

    /**
     * Whether this very manifest passed before.
     *
     * @throws RejectedException CONFLICTING_DUPLICATE if another did
     */
    boolean hasManifest(Digest digest) throws Exception {
        return same(manifest.value(), digest, "manifest");
    }

    void addShard(int index, Digest digest) throws Exception {
        shards.put(index, digest);
    }

    void addManifest(Digest digest) throws Exception {
        manifest.update(digest);
    }

    /** Sets when to forget, if that is not set yet, and tells when. */
    OptionalLong keepUntil(long at) throws Exception {
        if (forgetAt.value() != null) {
            return OptionalLong.empty();
        }
        forgetAt.update(at);
        return OptionalLong.of(at);
    }

    void forgetWhenDue(long now) throws Exception {
        Long at = forgetAt.value();
        if (at != null && now >= at) {
            shards.clear();
            manifest.clear();
            forgetAt.clear();
        }
    }

    private static boolean same(Digest before, Digest now, String what) {
        if (before != null && !before.equals(now)) {
            throw new RejectedException(
                    Reason.CONFLICTING_DUPLICATE, "another " + what + " of this update came before");
        }
        return before != null;
    }
}
