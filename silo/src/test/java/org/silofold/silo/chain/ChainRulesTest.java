package org.silofold.silo.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/** What is a link of a chain, what waits, and what can never be one. */
final class ChainRulesTest {
    private static final Digest SPEC = digest("spec");
    private static final Digest DOCUMENT = digest("document");
    private static final List<UpdateRef> COHORT =
            List.of(new UpdateRef("silo-1", UpdateId.of(new byte[16]), digest("update")));

    private final List<ChainLink> links = new ArrayList<>();
    private Optional<ChainTerms.AllowedVoid> allowed = Optional.empty();
    private int maxVoids = 2;

    private static Digest digest(String of) {
        return Digest.sha256(of.getBytes(StandardCharsets.UTF_8));
    }

    private static ModelManifest manifest(
            long version,
            Digest previous,
            String root,
            List<UpdateRef> cohort,
            Optional<Digest> document,
            long policy) {
        Context context = new Context(
                Context.VERSION,
                Suite.ML_KEM_768_ML_DSA_65.text(),
                "demo",
                1,
                digest("roster"),
                policy,
                "heart",
                "aggregator",
                Purpose.MODEL_MANIFEST);
        return new ModelManifest(
                context,
                version,
                previous,
                cohort.isEmpty() ? 0 : 1,
                cohort,
                digest(root),
                3,
                SPEC,
                0,
                List.of(),
                "fedavg",
                Digest.ZERO,
                Optional.empty(),
                document);
    }

    private static ModelManifest opened(long version, Digest previous) {
        return manifest(version, previous, "root of " + version, COHORT, Optional.empty(), 5);
    }

    private static ModelManifest empty(long version, Digest previous, String root) {
        return manifest(version, previous, root, List.of(), Optional.of(DOCUMENT), 5);
    }

    private Optional<ChainRules.Missing> check(ModelManifest manifest) {
        ChainTerms terms = new ChainTerms("demo", SPEC, digest("root of 0"), 3, 5, maxVoids, allowed);
        return ChainRules.check(manifest, terms, version -> links.stream()
                .filter(link -> link.version() == version)
                .findFirst());
    }

    private void link(long version, String root, boolean isVoid) {
        links.add(new ChainLink(version, digest("manifest " + version), digest(root), isVoid));
    }

    private void refused(ModelManifest manifest, String why) {
        assertThatThrownBy(() -> check(manifest))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MODEL_NOT_VERIFIED))
                .hasMessageContaining(why);
    }

    @Test
    void versionZeroIsTheSpecifications() {
        assertThat(check(manifest(0, SPEC, "root of 0", List.of(), Optional.empty(), 5)))
                .isEmpty();
        refused(manifest(0, digest("x"), "root of 0", List.of(), Optional.empty(), 5), "follow the specification");
        refused(manifest(0, SPEC, "other", List.of(), Optional.empty(), 5), "not the initial model");
        refused(manifest(0, SPEC, "root of 0", COHORT, Optional.empty(), 5), "has a cohort");
        refused(manifest(0, SPEC, "root of 0", List.of(), Optional.of(DOCUMENT), 5), "void");
    }

    @Test
    void eachVersionFollowsTheOneBeforeIt() {
        link(0, "root of 0", false);
        assertThat(check(opened(1, digest("manifest 0")))).isEmpty();
        refused(opened(1, digest("manifest 7")), "does not follow version 0");
        assertThat(check(opened(2, digest("manifest 1")))).contains(ChainRules.Missing.PREDECESSOR);
        refused(manifest(1, digest("manifest 0"), "root", List.of(), Optional.empty(), 5), "unless it is void");
    }

    @Test
    void aVoidVersionNeedsItsDocumentAndTheSameParameters() {
        link(0, "root of 0", false);
        ModelManifest repeats = empty(1, digest("manifest 0"), "root of 0");
        assertThat(check(repeats)).contains(ChainRules.Missing.VOID_DOCUMENT);
        allowed = Optional.of(new ChainTerms.AllowedVoid(digest("another document"), digest("manifest 0")));
        assertThat(check(repeats)).contains(ChainRules.Missing.VOID_DOCUMENT);
        allowed = Optional.of(new ChainTerms.AllowedVoid(DOCUMENT, digest("manifest 0")));
        assertThat(check(repeats)).isEmpty();
        refused(empty(1, digest("manifest 0"), "other parameters"), "other parameters");
        refused(manifest(1, digest("manifest 0"), "root of 0", COHORT, Optional.of(DOCUMENT), 5), "unless it is void");
        allowed = Optional.of(new ChainTerms.AllowedVoid(DOCUMENT, digest("manifest of a twin")));
        refused(repeats, "another version before it");
    }

    @Test
    void policyBoundsVoidVersionsInARow() {
        link(0, "root of 0", true);
        link(1, "r", false);
        link(2, "r", true);
        allowed = Optional.of(new ChainTerms.AllowedVoid(DOCUMENT, digest("manifest 2")));
        assertThat(check(empty(3, digest("manifest 2"), "r"))).as("the second").isEmpty();
        link(3, "r", true);
        allowed = Optional.of(new ChainTerms.AllowedVoid(DOCUMENT, digest("manifest 3")));
        refused(empty(4, digest("manifest 3"), "r"), "no more void versions");
        maxVoids = 0;
        refused(empty(4, digest("manifest 3"), "r"), "no more void versions");
        assertThat(check(manifest(4, digest("manifest 3"), "r", List.of(), Optional.of(DOCUMENT), 4)))
                .as("under an older policy, whose bound is gone")
                .isEmpty();
    }
}
