package org.silofold.silo.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.envelope.MerkleTree;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Fence;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Rejection;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.TopicKind;
import org.silofold.schemas.Topics;
import org.silofold.schemas.rules.RefusedCount;
import org.silofold.silo.auditor.Verifier;

/** Verifies records and keeps what they say; no bytes of shards. The registry is complete before the first of them. Not thread-safe. */
final class FactReader {
    /** Where a manifest stands among its update's shards. */
    private static final int MANIFEST = -1;

    private final Topics topics;
    private final RegistryHistory registry;
    private final Verifier verifier;
    private final List<LogFacts.Manifest> manifests = new ArrayList<>();
    private final List<LogFacts.Request> requests = new ArrayList<>();
    private final List<LogFacts.Shard> shards = new ArrayList<>();
    private final Map<UpdateLedger.Key, Offered> updates = new LinkedHashMap<>();
    private final Map<UpdateLedger.Key, SortedMap<Integer, Digest>> updateShards = new HashMap<>();
    private final List<LogFacts.Fate> fates = new ArrayList<>();
    private final List<LogFacts.Fence> fences = new ArrayList<>();
    private final SortedMap<String, Long> rejections = new TreeMap<>();
    private final Map<Origin, Reason> turnedAway = new HashMap<>();
    /** Topics with refused records that were only counted. */
    private final Set<String> counted = new HashSet<>();

    private final Map<UpdateLedger.Key, SortedMap<Integer, List<Origin>>> copies = new HashMap<>();
    private final SortedMap<String, Long> unverified = new TreeMap<>();
    private final List<Finding> findings = new ArrayList<>();

    /** The first manifest of an update. */
    private record Offered(
            Origin at, UpdateRef ref, String model, long baseVersion, long expiryMillis, Digest root, int shards) {}

    FactReader(Topics topics, RegistryHistory registry) {
        this.topics = topics;
        this.registry = registry;
        this.verifier = new Verifier(registry);
    }

    /** Takes in the next record of the registry's topic. */
    void registry(LogEntry entry) {
        registry.apply(entry).ifPresent(findings::add);
    }

    /** Takes in a record of any topic but the registry. */
    void accept(LogEntry entry) {
        Topics.Parsed topic = topics.parse(entry.at().topic()).orElseThrow();
        TopicKind kind = topic.kind();
        switch (kind) {
            case UPDATES ->
                partys(UpdateShard.class, Purpose.UPDATE_SHARD, topic, entry)
                        .ifPresent(shard -> updateShard(entry.at(), shard.message()));
            case MANIFESTS ->
                partys(UpdateManifest.class, Purpose.UPDATE_MANIFEST, topic, entry)
                        .ifPresent(manifest -> updateManifest(entry.at(), manifest));
            case UNMASK_REQUESTS, MODEL_MANIFESTS -> decision(kind, entry);
            case MODELS ->
                aggregators(ModelShard.class, Purpose.MODEL_SHARD, kind, entry)
                        .ifPresent(shard -> modelShard(entry.at(), shard.message()));
            case FATES ->
                aggregators(UpdateFate.class, Purpose.UPDATE_FATE, kind, entry)
                        .ifPresent(fate ->
                                fates.add(new LogFacts.Fate(entry.at(), fate.message(), entry.timestampMillis())));
            case REJECTIONS ->
                aggregators(Rejection.class, Purpose.REJECTION, kind, entry)
                        .ifPresent(rejection -> rejection(rejection.message()));
            default -> {
                // Read by its place alone, and verified when it is needed.
            }
        }
    }

    private void decision(TopicKind kind, LogEntry entry) {
        switch (kind.purpose(entry.key())) {
            case FENCE ->
                aggregators(Fence.class, Purpose.FENCE, kind, entry)
                        .filter(fence -> kind == TopicKind.MODEL_MANIFESTS)
                        .ifPresent(fence -> fences.add(
                                new LogFacts.Fence(fence.message().context().model(), entry.timestampMillis())));
            case COHORT_BROKEN -> aggregators(CohortBroken.class, Purpose.COHORT_BROKEN, kind, entry);
            case UNMASK_REQUEST ->
                aggregators(UnmaskRequest.class, Purpose.UNMASK_REQUEST, kind, entry)
                        .ifPresent(request -> request(entry.at(), request.message()));
            default ->
                aggregators(ModelManifest.class, Purpose.MODEL_MANIFEST, kind, entry)
                        .ifPresent(manifest -> manifests.add(new LogFacts.Manifest(
                                entry.at(),
                                manifest.message(),
                                manifest.digest(),
                                manifest.record(),
                                entry.timestampMillis())));
        }
    }

    private void request(Origin at, UnmaskRequest request) {
        Digest cohort = Cohort.of(request.cohort())
                .digest(request.context(), request.buffer(), request.previousManifestDigest());
        requests.add(new LogFacts.Request(at, request, cohort));
    }

    private void modelShard(Origin at, ModelShard shard) {
        shards.add(new LogFacts.Shard(
                at, shard.context().model(), shard.version(), shard.shardIndex(), shard.payloadDigest()));
    }

    private void updateShard(Origin at, UpdateShard shard) {
        UpdateShard.Core core = shard.core();
        UpdateLedger.Key key = new UpdateLedger.Key(core.context().sender(), core.updateId());
        Digest first = updateShards
                .computeIfAbsent(key, k -> new TreeMap<>())
                .putIfAbsent(core.shardIndex(), shard.payloadDigest());
        if (first == null || first.equals(shard.payloadDigest())) {
            copy(key, core.shardIndex(), at);
        }
    }

    private void copy(UpdateLedger.Key key, int index, Origin at) {
        copies.computeIfAbsent(key, k -> new TreeMap<>())
                .computeIfAbsent(index, k -> new ArrayList<>(1))
                .add(at);
    }

    private void updateManifest(Origin at, SignedRecord<UpdateManifest> signed) {
        UpdateManifest.Core core = signed.message().core();
        UpdateRef ref = new UpdateRef(core.context().sender(), core.updateId(), signed.digest());
        UpdateLedger.Key key = UpdateLedger.Key.of(ref);
        Offered offered = new Offered(
                at,
                ref,
                core.context().model(),
                core.baseVersion(),
                core.expiryMillis(),
                core.shardsRoot(),
                core.shardCount());
        Offered first = updates.putIfAbsent(key, offered);
        if (first == null || first.ref().equals(ref)) {
            copy(key, MANIFEST, at);
        }
    }

    private void rejection(Rejection rejection) {
        long records = RefusedCount.of(rejection.detail());
        rejections.merge(rejection.reason().code(), records, Long::sum);
        if (records > 1) {
            counted.add(rejection.topic());
        }
        turnedAway.putIfAbsent(
                new Origin(rejection.topic(), rejection.partition(), rejection.offset()), rejection.reason());
    }

    /** A record of the party whose topic it is. */
    private <T extends Message> Optional<SignedRecord<T>> partys(
            Class<T> type, Purpose purpose, Topics.Parsed topic, LogEntry entry) {
        Optional<SignedRecord<T>> signed = entry.value() == null
                ? Optional.empty()
                : verifier.open(type, purpose, topic.kind(), topic.party(), entry.record());
        if (signed.isEmpty()) {
            unverified.merge(entry.at().topic(), 1L, Long::sum);
        }
        return signed;
    }

    /** A record of an aggregator. */
    private <T extends Message> Optional<SignedRecord<T>> aggregators(
            Class<T> type, Purpose purpose, TopicKind kind, LogEntry entry) {
        SortedSet<String> aggregators = registry.aggregators();
        if (aggregators.isEmpty()) {
            unverified.merge(entry.at().topic(), 1L, Long::sum);
            return Optional.empty();
        }
        if (entry.value() != null) {
            for (String aggregator : aggregators) {
                Optional<SignedRecord<T>> signed = verifier.openInTime(type, purpose, kind, aggregator, entry.record());
                if (signed.isPresent()) {
                    return signed;
                }
            }
        }
        String what = "no " + purpose.text() + " that an aggregator of the registry signed: " + aggregators;
        findings.add(
                registry.hasForgotten(aggregators)
                        ? Finding.notChecked(Optional.of(entry.at()), what)
                        : Finding.wrong(Finding.Kind.NOT_VERIFIED, entry.at(), what));
        return Optional.empty();
    }

    /** What was read. */
    LogFacts facts(Gaps gaps) {
        List<LogFacts.Update> all = new ArrayList<>();
        updates.forEach((key, offered) -> all.add(new LogFacts.Update(
                offered.at(),
                offered.model(),
                offered.ref(),
                offered.baseVersion(),
                offered.expiryMillis(),
                isComplete(offered, updateShards.getOrDefault(key, new TreeMap<>())),
                copies.get(key).values().stream()
                        .filter(same -> same.stream().allMatch(turnedAway::containsKey))
                        .findFirst()
                        .map(same -> turnedAway.get(same.get(0))),
                copies.get(key).values().stream()
                        .flatMap(List::stream)
                        .anyMatch(copy -> counted.contains(copy.topic())))));
        return new LogFacts(
                manifests, requests, shards, all, fates, fences, rejections, unverified, List.copyOf(findings), gaps);
    }

    private static boolean isComplete(Offered offered, SortedMap<Integer, Digest> digests) {
        return digests.size() == offered.shards()
                && digests.lastKey() == offered.shards() - 1
                && MerkleTree.root(List.copyOf(digests.values())).equals(offered.root());
    }
}
