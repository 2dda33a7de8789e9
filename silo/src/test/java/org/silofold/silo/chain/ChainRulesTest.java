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
import org.silofold.protocol.message.ModelManifest.PrivacySpent;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.privacy.ModelPrivacy;
import org.silofold.protocol.privacy.PrivacyAccountant;
import org.silofold.protocol.privacy.PrivateEncoding;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Privacy;

/** What is a link of a chain, what waits, and what can never be one. */
final class ChainRulesTest {
    private static final Digest SPEC = digest("spec");
    private static final Digest DOCUMENT = digest("document");
    private static final List<UpdateRef> COHORT =
            List.of(new UpdateRef("silo-1", UpdateId.of(new byte[16]), digest("update")));

    private final List<ChainLink> links = new ArrayList<>();
    private Optional<ChainTerms.AllowedVoid> allowed = Optional.empty();
    private int maxVoids = 2;
    private Optional<ModelPrivacy> privacy = Optional.empty();
    private boolean known = true;
    private long policyBefore = 4;
    private Optional<PrivacySpent> saidBefore = Optional.empty();

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
        ChainTerms terms = new ChainTerms(
                "demo",
                SPEC,
                digest("root of 0"),
                3,
                5,
                maxVoids,
                known ? Optional.of(new ChainTerms.NamedPolicy(privacy)) : Optional.empty(),
                allowed);
        return ChainRules.check(manifest, terms, version -> links.stream()
                .filter(link -> link.version() == version)
                .findFirst());
    }

    private void link(long version, String root, boolean isVoid) {
        links.add(
                new ChainLink(version, digest("manifest " + version), digest(root), isVoid, policyBefore, saidBefore));
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
    void noCohortHasTwoUpdatesOfOneSilo() {
        link(0, "root of 0", false);
        byte[] other = new byte[16];
        other[0] = 1;
        List<UpdateRef> cohort =
                List.of(COHORT.get(0), new UpdateRef("silo-1", UpdateId.of(other), digest("another update")));
        refused(manifest(1, digest("manifest 0"), "root", cohort, Optional.empty(), 5), "two updates of one silo");
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

    private PrivacyAccountant secret() {
        PrivateEncoding encoding = PrivateEncoding.of(new Encoding(ParameterSet.MASK_2048_32, 1, 4), 1, 2, 3, 1, 5_000);
        PrivacyAccountant accountant = PrivacyAccountant.of(encoding);
        privacy = Optional.of(new ModelPrivacy(new Privacy(1, 2, 1, 50, 1e-6), encoding, accountant));
        link(0, "root of 0", false);
        saidBefore = Optional.of(new PrivacySpent(accountant.epsilon(1, 1e-6), 1e-6));
        link(1, "r", false);
        return accountant;
    }

    @Test
    void aPrivateVersionSaysNoLessThanWhatItMayHaveSpent() {
        PrivacyAccountant accountant = secret();
        double due = accountant.epsilon(2, 1e-6);
        assertThat(check(spent(due, 1e-6, 5))).isEmpty();
        assertThat(check(spent(due * 2, 1e-6, 5))).isEmpty();
        refused(spent(accountant.epsilon(1, 1e-6), 1e-6, 5), "less than version 2 may have spent");
        refused(spent(Math.nextDown(due), 1e-6, 5), "less than version 2 may have spent");
        refused(spent(accountant.epsilon(2, 1e-5), 1e-5, 5), "delta is not the policy's");
        refused(opened(2, digest("manifest 1")), "what privacy is spent");
        known = false;
        assertThat(check(spent(1e-3, 1e-6, 4)))
                .as("by a policy that this party never saw")
                .isEmpty();
        known = true;
        privacy = Optional.empty();
        refused(spent(due, 1e-6, 5), "what privacy is spent");
    }

    @Test
    void aPolicyThatNobodyKnowsYetExcusesNoFigure() {
        secret();
        // The terms know policy 5; the aggregator names policy 1000 and says that next to nothing is spent.
        assertThat(check(spent(1e-9, 1e-6, 1000))).contains(ChainRules.Missing.POLICY);
    }

    @Test
    void whatFollowsNothingIsNotWaitedForWhateverPolicyItNames() {
        assertThat(check(manifest(7_000_000, digest("nothing"), "root", COHORT, Optional.empty(), Long.MAX_VALUE)))
                .contains(ChainRules.Missing.PREDECESSOR);
        link(0, "root of 0", false);
        refused(
                manifest(1, digest("nothing"), "root", COHORT, Optional.empty(), Long.MAX_VALUE),
                "does not follow version 0");
        refused(manifest(0, SPEC, "other", List.of(), Optional.empty(), Long.MAX_VALUE), "not the initial model");
        assertThat(check(manifest(0, SPEC, "root of 0", List.of(), Optional.empty(), Long.MAX_VALUE)))
                .contains(ChainRules.Missing.POLICY);
    }

    @Test
    void anEarlierPolicyIsJudgedByWhatItAskedForAndGoesNotBehindTheVersionBefore() {
        secret();
        refused(spent(1e-9, 1e-6, 4), "less than version 2 may have spent");
        known = false;
        refused(spent(1e-9, 1e-6, 3), "older than that of version 1");
    }

    @Test
    void aPolicyThatCountsLessLowersNoFigure() {
        PrivacyAccountant accountant = secret();
        double more = accountant.epsilon(2, 1e-6) * 3;
        links.remove(1);
        saidBefore = Optional.of(new PrivacySpent(more, 1e-6));
        link(1, "r", false);
        refused(spent(accountant.epsilon(2, 1e-6), 1e-6, 5), "less than version 2 may have spent");
        assertThat(check(spent(more, 1e-6, 5))).isEmpty();
    }

    @Test
    void noVersionIsPrivateAfterOneThatWasOpenedWithout() {
        double due = secret().epsilon(2, 1e-6);
        links.clear();
        saidBefore = Optional.empty();
        link(0, "root of 0", false);
        link(1, "r", false);
        refused(spent(due, 1e-6, 5), "after a version that was opened without");
        links.remove(1);
        link(1, "root of 0", true);
        assertThat(check(spent(due, 1e-6, 5)))
                .as("a void version showed nothing")
                .isEmpty();
    }

    private static ModelManifest spent(double epsilon, double delta, long policy) {
        ModelManifest plain = manifest(2, digest("manifest 1"), "root of 2", COHORT, Optional.empty(), policy);
        return new ModelManifest(
                plain.context(),
                plain.version(),
                plain.previousDigest(),
                plain.attempt(),
                plain.cohort(),
                plain.shardsRoot(),
                plain.shardCount(),
                plain.modelSpecDigest(),
                plain.sumOfWeights(),
                plain.metrics(),
                plain.optimizer(),
                plain.secretSumDigest(),
                Optional.of(new ModelManifest.PrivacySpent(epsilon, delta)),
                plain.voidVersion());
    }
}
