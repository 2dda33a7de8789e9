package org.silofold.silo.member;

import java.util.Optional;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.SignedRecord;
import org.silofold.silo.chain.ChainLink;
import org.silofold.silo.chain.ChainRules;
import org.silofold.silo.chain.ChainTerms;

/** The member's chains of model manifests, by the rules that silos keep too (docs/protocol.md, 6.8.1). Reads the store, changes nothing. */
final class PublishedVersions {
    private final MemberStore store;
    private final ChainWatch watch;

    PublishedVersions(MemberStore store, ChainWatch watch) {
        this.store = store;
        this.watch = watch;
    }

    /** What is to be done with a manifest. */
    enum Standing {
        /** It is the next link. */
        NEXT,
        /** It is a link already. */
        KNOWN,
        /** It may become a link once the manifest before it, or a document of the registry, is here. */
        EARLY
    }

    /**
     * How a manifest stands to its chain. Two manifests for one version are kept as evidence.
     *
     * @throws RejectedException {@link Reason#CONFLICTING_DUPLICATE} for another manifest of a known version,
     *     {@link Reason#MODEL_NOT_VERIFIED} if it can never be a link
     */
    Standing standing(SignedRecord<ModelManifest> record) {
        ModelManifest manifest = record.message();
        String model = manifest.context().model();
        long version = manifest.version();
        Optional<ChainLink> known = store.link(model, version);
        if (known.isPresent()) {
            if (known.get().digest().equals(record.digest())) {
                return Standing.KNOWN;
            }
            watch.twoManifests(
                    model,
                    version,
                    known.get().digest(),
                    store.manifest(model, version).orElseThrow(),
                    record.digest(),
                    record.record());
            throw new RejectedException(
                    Reason.CONFLICTING_DUPLICATE,
                    "two manifests of version " + version + ": " + known.get().digest() + " and " + record.digest());
        }
        Optional<ChainTerms> terms =
                watch.terms(model, version, manifest.context().policySequence());
        if (terms.isEmpty()) {
            return Standing.EARLY;
        }
        return ChainRules.check(manifest, terms.get(), before -> store.link(model, before))
                .map(missing -> Standing.EARLY)
                .orElse(Standing.NEXT);
    }
}
