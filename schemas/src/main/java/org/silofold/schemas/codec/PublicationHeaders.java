package org.silofold.schemas.codec;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.protocol.message.AuditEntry;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Countersignature;
import org.silofold.protocol.message.Fence;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.Rejection;
import org.silofold.protocol.message.StartId;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.avro.AuditDetail;
import org.silofold.schemas.avro.AuditEntryHeader;
import org.silofold.schemas.avro.CohortBrokenHeader;
import org.silofold.schemas.avro.CountersignatureHeader;
import org.silofold.schemas.avro.FenceHeader;
import org.silofold.schemas.avro.MetricSum;
import org.silofold.schemas.avro.ModelManifestHeader;
import org.silofold.schemas.avro.ModelShardHeader;
import org.silofold.schemas.avro.PrivacySpent;
import org.silofold.schemas.avro.RejectionHeader;
import org.silofold.schemas.avro.UpdateFateHeader;

/** Headers of what the aggregator publishes and notes, and of what auditors say of it. */
final class PublicationHeaders {
    private PublicationHeaders() {}

    static ModelShardHeader header(ModelShard shard) {
        return new ModelShardHeader(
                Shared.context(shard.context()),
                shard.version(),
                shard.shardIndex(),
                shard.shardCount(),
                Shared.digest(shard.payloadDigest()));
    }

    static ModelShard message(ModelShardHeader header) {
        return new ModelShard(
                Shared.context(header.getContext()),
                header.getVersion(),
                header.getShardIndex(),
                header.getShardCount(),
                Shared.digest(header.getPayloadDigest()));
    }

    static ModelManifestHeader header(ModelManifest manifest) {
        return new ModelManifestHeader(
                Shared.context(manifest.context()),
                manifest.version(),
                Shared.digest(manifest.previousDigest()),
                manifest.attempt(),
                Shared.list(manifest.cohort(), Shared::ref),
                Shared.digest(manifest.shardsRoot()),
                manifest.shardCount(),
                Shared.digest(manifest.modelSpecDigest()),
                manifest.sumOfWeights(),
                Shared.list(manifest.metrics(), metric -> new MetricSum(metric.name(), metric.sum())),
                manifest.optimizer(),
                Shared.digest(manifest.secretSumDigest()),
                manifest.privacy()
                        .map(spent -> new PrivacySpent(spent.epsilon(), spent.delta()))
                        .orElse(null),
                manifest.voidVersion().map(Shared::digest).orElse(null));
    }

    static ModelManifest message(ModelManifestHeader header) {
        return new ModelManifest(
                Shared.context(header.getContext()),
                header.getVersion(),
                Shared.digest(header.getPreviousDigest()),
                header.getAttempt(),
                Shared.list(header.getCohort(), Shared::ref),
                Shared.digest(header.getShardsRoot()),
                header.getShardCount(),
                Shared.digest(header.getModelSpecDigest()),
                header.getSumOfWeights(),
                Shared.list(
                        header.getMetrics(), metric -> new ModelManifest.MetricSum(metric.getName(), metric.getSum())),
                header.getOptimizer(),
                Shared.digest(header.getSecretSumDigest()),
                Optional.ofNullable(header.getPrivacy())
                        .map(spent -> new ModelManifest.PrivacySpent(spent.getEpsilon(), spent.getDelta())),
                Optional.ofNullable(header.getVoidVersion()).map(Shared::digest));
    }

    static UpdateFateHeader header(UpdateFate fate) {
        return new UpdateFateHeader(
                Shared.context(fate.context()),
                fate.silo(),
                Shared.updateId(fate.updateId()),
                fate.kind().code(),
                Shared.reason(fate.reason()),
                fate.version());
    }

    static UpdateFate message(UpdateFateHeader header) {
        return new UpdateFate(
                Shared.context(header.getContext()),
                header.getSilo(),
                Shared.updateId(header.getUpdateId()),
                Shared.code("updateFate.kind", header.getKind(), UpdateFate.Kind::ofCode),
                Shared.reason("updateFate.reason", header.getReason()),
                header.getVersion());
    }

    static AuditEntryHeader header(AuditEntry entry) {
        return new AuditEntryHeader(
                Shared.context(entry.context()),
                entry.sequence(),
                Shared.digest(entry.previousDigest()),
                entry.event(),
                Shared.list(
                        List.copyOf(new TreeMap<>(entry.details()).entrySet()),
                        detail -> new AuditDetail(detail.getKey(), detail.getValue())));
    }

    static AuditEntry message(AuditEntryHeader header) {
        return new AuditEntry(
                Shared.context(header.getContext()),
                header.getSequence(),
                Shared.digest(header.getPreviousDigest()),
                header.getEvent(),
                details(header.getDetails()));
    }

    private static SortedMap<String, String> details(List<AuditDetail> details) {
        TreeMap<String, String> sorted = new TreeMap<>();
        for (AuditDetail detail : details) {
            if (!sorted.isEmpty() && sorted.lastKey().compareTo(detail.getName()) >= 0) {
                throw new RejectedException(
                        Reason.INVALID_FIELD, "auditEntry.details: not sorted by name, or a name occurs twice");
            }
            sorted.put(detail.getName(), detail.getValue());
        }
        return Collections.unmodifiableSortedMap(sorted);
    }

    static RejectionHeader header(Rejection rejection) {
        return new RejectionHeader(
                Shared.context(rejection.context()),
                rejection.reason().code(),
                rejection.topic(),
                rejection.partition(),
                rejection.offset(),
                Shared.digest(rejection.recordDigest()),
                rejection.detail());
    }

    static Rejection message(RejectionHeader header) {
        return new Rejection(
                Shared.context(header.getContext()),
                Shared.code("rejection.reason", header.getReason(), Reason::ofCode),
                header.getTopic(),
                header.getPartition(),
                header.getOffset(),
                Shared.digest(header.getRecordDigest()),
                header.getDetail());
    }

    static CountersignatureHeader header(Countersignature signed) {
        return new CountersignatureHeader(
                Shared.context(signed.context()),
                signed.version(),
                Shared.digest(signed.manifestDigest()),
                Shared.digest(signed.shardsRoot()));
    }

    static Countersignature message(CountersignatureHeader header) {
        return new Countersignature(
                Shared.context(header.getContext()),
                header.getVersion(),
                Shared.digest(header.getManifestDigest()),
                Shared.digest(header.getShardsRoot()));
    }

    static FenceHeader header(Fence fence) {
        return new FenceHeader(
                Shared.context(fence.context()),
                new org.silofold.schemas.avro.StartId(fence.start().toBytes()));
    }

    static Fence message(FenceHeader header) {
        return new Fence(
                Shared.context(header.getContext()),
                StartId.of(header.getStart().bytes()));
    }

    static CohortBrokenHeader header(CohortBroken broken) {
        return new CohortBrokenHeader(
                Shared.context(broken.context()),
                Shared.buffer(broken.buffer()),
                Shared.digest(broken.cohortDigest()),
                broken.reason().code());
    }

    static CohortBroken message(CohortBrokenHeader header) {
        return new CohortBroken(
                Shared.context(header.getContext()),
                Shared.buffer(header.getBuffer()),
                Shared.digest(header.getCohortDigest()),
                Shared.code("cohortBroken.reason", header.getReason(), Reason::ofCode));
    }
}
