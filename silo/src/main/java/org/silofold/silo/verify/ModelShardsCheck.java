package org.silofold.silo.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.protocol.envelope.MerkleTree;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;

/**
 * Whether the published shards of every version are its manifest's. The topic is compacted: a shard whose place in the model a later version
 * has taken may be gone. Shards follow their manifest, so those of the newest version may be on their way. Pure.
 */
final class ModelShardsCheck {
    private final HistoryCheck.Mode mode;
    private final Map<String, SortedMap<Long, SortedMap<Integer, LogFacts.Shard>>> shards = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    private ModelShardsCheck(HistoryCheck.Mode mode) {
        this.mode = mode;
    }

    static List<Finding> check(List<LogFacts.Shard> shards, VersionChains chains, HistoryCheck.Mode mode) {
        ModelShardsCheck check = new ModelShardsCheck(mode);
        shards.forEach(check::add);
        for (String model : chains.models()) {
            check.model(model, chains);
        }
        return check.findings;
    }

    private void add(LogFacts.Shard shard) {
        LogFacts.Shard first = shards.computeIfAbsent(shard.model(), name -> new TreeMap<>())
                .computeIfAbsent(shard.version(), version -> new TreeMap<>())
                .putIfAbsent(shard.index(), shard);
        if (first != null && !first.leaf().equals(shard.leaf())) {
            findings.add(Finding.wrong(
                    Finding.Kind.WRONG_SHARDS,
                    shard.at(),
                    shard.model() + " version " + shard.version() + ": shard " + shard.index()
                            + " is another than that at " + first.at()));
        }
    }

    private void model(String model, VersionChains chains) {
        SortedMap<Long, SortedMap<Integer, LogFacts.Shard>> held = shards.getOrDefault(model, new TreeMap<>());
        SortedMap<Long, LogFacts.Manifest> versions = chains.versions(model);
        List<Long> replaced = new ArrayList<>();
        versions.forEach((version, manifest) -> {
            SortedMap<Integer, LogFacts.Shard> own = held.getOrDefault(version, new TreeMap<>());
            List<Integer> missing = missing(manifest.manifest(), own);
            if (missing.isEmpty()) {
                compare(manifest, own);
            } else if (missing.stream().allMatch(index -> isReplaced(held, version, index))) {
                replaced.add(version);
            } else if (mode == HistoryCheck.Mode.SETTLED || version < versions.lastKey()) {
                findings.add(Finding.wrong(
                        Finding.Kind.WRONG_SHARDS,
                        manifest.at(),
                        CohortCheck.name(manifest.manifest()) + "shards " + missing + " are not in the log"));
            }
        });
        if (!replaced.isEmpty()) {
            findings.add(Finding.notChecked(
                    Optional.empty(),
                    model + ": later versions have replaced shards of " + replaced.size() + " versions from "
                            + replaced.get(0) + " to " + replaced.get(replaced.size() - 1)));
        }
    }

    private static List<Integer> missing(ModelManifest manifest, SortedMap<Integer, LogFacts.Shard> own) {
        List<Integer> missing = new ArrayList<>();
        for (int index = 0; index < manifest.shardCount(); index++) {
            if (!own.containsKey(index)) {
                missing.add(index);
            }
        }
        return missing;
    }

    private static boolean isReplaced(
            SortedMap<Long, SortedMap<Integer, LogFacts.Shard>> held, long version, int index) {
        return held.tailMap(version + 1).values().stream().anyMatch(later -> later.containsKey(index));
    }

    private void compare(LogFacts.Manifest manifest, SortedMap<Integer, LogFacts.Shard> own) {
        int count = manifest.manifest().shardCount();
        Digest root = MerkleTree.root(
                own.headMap(count).values().stream().map(LogFacts.Shard::leaf).toList());
        if (own.size() != count || !root.equals(manifest.manifest().shardsRoot())) {
            findings.add(Finding.wrong(
                    Finding.Kind.WRONG_SHARDS,
                    own.get(own.lastKey()).at(),
                    CohortCheck.name(manifest.manifest()) + own.size() + " shards with root " + root
                            + ", its manifest says " + count + " with root "
                            + manifest.manifest().shardsRoot()));
        }
    }
}
