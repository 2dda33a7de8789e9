package org.silofold.silo.chain;

import java.util.Optional;
import java.util.function.LongFunction;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/** Whether a manifest is the next link of its model's chain. */
public final class ChainRules {
    private ChainRules() {}

    /** What a manifest that may be a link rests on and that is not here. */
    public enum Missing {
        /** The manifest of the version before it. */
        PREDECESSOR("the manifest before it"),
        /** The authority's document by which it is void. */
        VOID_DOCUMENT("the authority's document by which it is void"),
        /** The policy that it names, which is newer than any that is known. */
        POLICY("the policy that it names");

        private final String what;

        Missing(String what) {
            this.what = what;
        }

        /** For a person. */
        public String what() {
            return what;
        }
    }

    /**
     * Checks a manifest of which no other is known for its version.
     *
     * @param manifest verified to be the aggregator's
     * @param terms the registry's for this version
     * @param links the links known, by version
     * @return empty if it is the next link; else what it waits for
     * @throws RejectedException with {@link Reason#MODEL_NOT_VERIFIED} if it can never be a link
     */
    public static Optional<Missing> check(
            ModelManifest manifest, ChainTerms terms, LongFunction<Optional<ChainLink>> links) {
        require(manifest.context().federation().equals(terms.federation()), "it is of another federation");
        require(manifest.modelSpecDigest().equals(terms.specDigest()), "it names another model specification");
        require(manifest.shardCount() == terms.shards(), "it has another number of shards");
        boolean isVoid = manifest.voidVersion().isPresent();
        if (manifest.version() == 0) {
            require(
                    manifest.previousDigest().equals(terms.specDigest()),
                    "version 0 does not follow the specification");
            require(manifest.shardsRoot().equals(terms.initialRoot()), "version 0 is not the initial model");
            require(manifest.cohort().isEmpty(), "version 0 has a cohort");
            require(!isVoid, "version 0 is void");
            return missingPolicy(manifest, terms);
        }
        require(manifest.cohort().isEmpty() == isVoid, "a version has a cohort unless it is void");
        require(
                manifest.cohort().stream().map(UpdateRef::silo).distinct().count()
                        == manifest.cohort().size(),
                "its cohort has two updates of one silo");
        Optional<ChainLink> before = links.apply(manifest.version() - 1);
        if (before.isEmpty()) {
            return Optional.of(Missing.PREDECESSOR);
        }
        require(
                manifest.previousDigest().equals(before.get().digest()),
                "it does not follow version " + before.get().version());
        require(
                manifest.context().policySequence() >= before.get().policySequence(),
                "its policy is older than that of version " + before.get().version());
        // After its predecessor: whoever ever held the aggregator's key can name a policy that never comes.
        Optional<Missing> policy = missingPolicy(manifest, terms);
        if (policy.isPresent()) {
            return policy;
        }
        checkPrivacy(manifest, terms, before.get(), links);
        return isVoid ? checkVoid(manifest, terms, before.get(), links) : Optional.empty();
    }

    private static Optional<Missing> missingPolicy(ModelManifest manifest, ChainTerms terms) {
        return manifest.context().policySequence() > terms.policySequence()
                ? Optional.of(Missing.POLICY)
                : Optional.empty();
    }

    private static void checkPrivacy(
            ModelManifest manifest, ChainTerms terms, ChainLink before, LongFunction<Optional<ChainLink>> links) {
        // What a policy asks for that this party never saw, because it came later, cannot be judged.
        terms.policy().ifPresent(policy -> checkFigure(manifest, policy, before));
        require(
                manifest.privacy().isEmpty() || !isPlain(before, links),
                "it says what privacy is spent after a version that was opened without");
    }

    private static void checkFigure(ModelManifest manifest, ChainTerms.NamedPolicy policy, ChainLink before) {
        require(
                manifest.privacy().isPresent() == policy.privacy().isPresent(),
                "it says what privacy is spent if and only if policy asks for privacy");
        if (policy.privacy().isPresent()) {
            ModelManifest.PrivacySpent told = manifest.privacy().get();
            ModelManifest.PrivacySpent due = policy.privacy().get().spentBy(manifest.version(), before.privacy());
            require(told.delta() == due.delta(), "its delta is not the policy's");
            require(
                    told.epsilon() >= due.epsilon(),
                    "epsilon " + told.epsilon() + " is less than version " + manifest.version() + " may have spent");
        }
    }

    /** Whether the newest version up to this one that was opened, or is void and private, is without privacy. */
    private static boolean isPlain(ChainLink last, LongFunction<Optional<ChainLink>> links) {
        Optional<ChainLink> link = Optional.of(last);
        while (link.isPresent() && link.get().isVoid() && link.get().privacy().isEmpty()) {
            link = links.apply(link.get().version() - 1);
        }
        return link.filter(found -> found.version() > 0 && found.privacy().isEmpty())
                .isPresent();
    }

    private static Optional<Missing> checkVoid(
            ModelManifest manifest, ChainTerms terms, ChainLink before, LongFunction<Optional<ChainLink>> links) {
        require(manifest.shardsRoot().equals(before.root()), "it is void and has other parameters");
        if (terms.voidVersion().isEmpty()) {
            return Optional.of(Missing.VOID_DOCUMENT);
        }
        ChainTerms.AllowedVoid allowed = terms.voidVersion().get();
        if (!manifest.voidVersion().equals(Optional.of(allowed.document()))) {
            return Optional.of(Missing.VOID_DOCUMENT);
        }
        require(allowed.previousDigest().equals(before.digest()), "its document is for another version before it");
        // What an older policy allowed is not known any more; the document was signed under it.
        if (manifest.context().policySequence() >= terms.policySequence()) {
            require(row(before, links, terms.maxVoids()) < terms.maxVoids(), "policy allows no more void versions");
        }
        return Optional.empty();
    }

    /** How many void versions in a row end with this link, at most {@code atMost}. */
    private static int row(ChainLink last, LongFunction<Optional<ChainLink>> links, int atMost) {
        int row = 0;
        Optional<ChainLink> link = Optional.of(last);
        while (row < atMost && link.isPresent() && link.get().isVoid()) {
            row++;
            link = links.apply(link.get().version() - 1);
        }
        return row;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new RejectedException(Reason.MODEL_NOT_VERIFIED, "manifest: " + otherwise);
        }
    }
}
