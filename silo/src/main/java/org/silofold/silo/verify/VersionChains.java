package org.silofold.silo.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.silo.agent.ModelChain;
import org.silofold.silo.auditor.AuditBook;
import org.silofold.silo.chain.ChainLink;
import org.silofold.silo.store.StoredManifest;

/** The manifests of all models by version; of several for one version the first stands. Immutable. */
final class VersionChains implements ModelChain {
    private final SortedMap<String, SortedMap<Long, LogFacts.Manifest>> models = new TreeMap<>();
    private final SortedMap<String, Long> repeats = new TreeMap<>();
    private final List<Finding> findings = new ArrayList<>();

    VersionChains(List<LogFacts.Manifest> manifests) {
        for (LogFacts.Manifest manifest : manifests) {
            String model = manifest.manifest().context().model();
            long version = manifest.manifest().version();
            LogFacts.Manifest first =
                    models.computeIfAbsent(model, name -> new TreeMap<>()).putIfAbsent(version, manifest);
            if (first == null) {
                continue;
            }
            if (first.digest().equals(manifest.digest())) {
                repeats.merge(model, 1L, Long::sum);
            } else {
                findings.add(Finding.wrong(
                        Finding.Kind.TWO_MANIFESTS,
                        manifest.at(),
                        model + " version " + version + " has this manifest and another at " + first.at()));
            }
        }
    }

    /** Second manifests for a version that are not the first again. */
    List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** How often a model's manifests are in the log again. */
    long repeats(String model) {
        return repeats.getOrDefault(model, 0L);
    }

    SortedSet<String> models() {
        return new TreeSet<>(models.keySet());
    }

    /** A model's manifests by version, oldest first. */
    SortedMap<Long, LogFacts.Manifest> versions(String model) {
        return models.getOrDefault(model, new TreeMap<>());
    }

    Optional<LogFacts.Manifest> manifest(String model, long version) {
        return Optional.ofNullable(versions(model).get(version));
    }

    Optional<ChainLink> chainLink(String model, long version) {
        return manifest(model, version).map(found -> ChainLink.of(found.manifest(), found.digest()));
    }

    /** A book of the published versions, for the base that an update names. What is in which version, it does not say. */
    AuditBook book(String model) {
        return new AuditBook() {
            @Override
            public Optional<Digest> manifestDigest(long version) {
                // A manifest that is not here is still named by the one after it.
                return VersionChains.this.manifestDigest(model, version).or(() -> manifest(model, version + 1)
                        .map(next -> next.manifest().previousDigest()));
            }

            @Override
            public OptionalLong versionOf(UpdateRef update) {
                return OptionalLong.empty();
            }
        };
    }

    @Override
    public Optional<ChainHead> head(String model) {
        SortedMap<Long, LogFacts.Manifest> versions = versions(model);
        return versions.isEmpty()
                ? Optional.empty()
                : manifest(model, versions.lastKey())
                        .map(last -> new ChainHead(versions.lastKey(), last.digest(), last.manifest()));
    }

    @Override
    public Optional<Digest> manifestDigest(String model, long version) {
        return manifest(model, version).map(LogFacts.Manifest::digest);
    }

    @Override
    public Optional<StoredManifest> link(String model, long version) {
        return manifest(model, version)
                .map(found -> new StoredManifest(
                        model, version, found.digest(), found.manifest().shardsRoot(), found.record(), false));
    }

    @Override
    public boolean loaded() {
        return true;
    }
}
