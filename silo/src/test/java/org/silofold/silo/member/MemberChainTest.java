package org.silofold.silo.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.SignedRecord;
import org.silofold.silo.chain.ChainTerms;

/** What an aggregator's word changes at a member: versions that are no links, void versions, cohorts that it calls broken. */
final class MemberChainTest {
    private static final String ME = "silo-1";
    private static final UpdateRef A = Samples.ref("silo-1", "a");
    private static final UpdateRef B = Samples.ref("silo-2", "b");
    private static final UpdateRef C = Samples.ref("silo-3", "c");
    private static final Digest DOCUMENT = Samples.digest("document");

    @TempDir
    Path directory;

    private Committee committee;

    @BeforeEach
    void open() {
        committee = new Committee(directory);
    }

    @AfterEach
    void close() {
        committee.close();
    }

    private Member me() {
        return committee.member(ME);
    }

    private MemberStore store() {
        return committee.store(ME);
    }

    private void refused(Reason reason, SignedRecord<ModelManifest> manifest) {
        assertThatThrownBy(() -> me().onModelManifest(manifest))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void aManifestWithoutItsPredecessorIsNoLinkAndErasesNothing() {
        committee.hold(ME, A, B);
        SignedRecord<ModelManifest> seven = Committee.published(7, Samples.version(6), Samples.version(7), 1, A, B);
        assertThat(me().isEarly(seven)).isTrue();
        refused(Reason.MODEL_NOT_VERIFIED, seven);
        assertThat(store().latestVersion(Samples.MODEL)).isEqualTo(4);
        assertThat(store().shares().share(A)).isPresent();
        assertThat(store().marks().spentIn(A)).isEmpty();
        me().onModelManifest(Committee.published(5, Samples.version(4), Samples.version(5), 1, C));
        me().onModelManifest(Committee.published(6, Samples.version(5), Samples.version(6), 1, C));
        assertThat(me().isEarly(seven)).isFalse();
        me().onModelManifest(seven);
        assertThat(store().latestVersion(Samples.MODEL)).isEqualTo(7);
    }

    private static SignedRecord<ModelManifest> underPolicy(long policy, SignedRecord<ModelManifest> like) {
        ModelManifest manifest = like.message();
        ModelManifest other = new ModelManifest(
                Samples.context(Samples.AGGREGATOR, Purpose.MODEL_MANIFEST, 1, policy),
                manifest.version(),
                manifest.previousDigest(),
                manifest.attempt(),
                manifest.cohort(),
                manifest.shardsRoot(),
                manifest.shardCount(),
                manifest.modelSpecDigest(),
                manifest.sumOfWeights(),
                manifest.metrics(),
                manifest.optimizer(),
                manifest.secretSumDigest(),
                manifest.privacy(),
                manifest.voidVersion());
        return new SignedRecord<>(other, new byte[0], like.digest(), Samples.RECORD, 0, 0);
    }

    @Test
    void aVersionNamesThePolicyThatItsCohortWasRequestedUnder() {
        committee.hold(ME, A, B);
        me().onRequest(Committee.request(1, A, B));
        SignedRecord<ModelManifest> five = Committee.published(1, A, B);
        refused(Reason.MODEL_NOT_VERIFIED, underPolicy(2, five));
        assertThat(store().latestVersion(Samples.MODEL)).isEqualTo(4);
        committee.chain.policy = 1;
        assertThat(me().isEarly(underPolicy(1000, five)))
                .as("a policy that nobody knows yet")
                .isTrue();
        me().onModelManifest(five);
        assertThat(store().latestVersion(Samples.MODEL)).isEqualTo(5);
    }

    /** A job that is restored from a checkpoint which is not its newest may write a manifest once more. */
    @Test
    void aManifestWrittenTwiceIsNoNews() {
        committee.hold(ME, A, B, C);
        SignedRecord<ModelManifest> five = Committee.published(1, A, B);
        me().onModelManifest(five);
        assertThat(me().isEarly(five)).isFalse();
        assertThat(me().onModelManifest(Committee.published(1, A, B))).isEmpty();
        assertThat(store().shares().share(C)).isPresent();
        assertThat(store().marks().spentIn(C)).isEmpty();
        me().onModelManifest(Committee.published(6, Samples.version(5), Samples.version(6), 1, C));
        assertThat(me().onModelManifest(Committee.published(1, A, B)))
                .as("later, too")
                .isEmpty();
        assertThat(committee.chain.found).isEmpty();
        assertThat(store().latestVersion(Samples.MODEL)).isEqualTo(6);
    }

    @Test
    void aSecondManifestOfAVersionIsEvidenceAndErasesNothing() {
        committee.hold(ME, A, B, C);
        me().onModelManifest(Committee.published(1, A, B));
        refused(
                Reason.CONFLICTING_DUPLICATE,
                Committee.published(5, Samples.version(4), Samples.digest("twin"), 1, A, C));
        assertThat(committee.chain.found).containsExactly(Samples.version(5) + " / " + Samples.digest("twin"));
        assertThat(store().version(Samples.MODEL, 5)).contains(Samples.version(5));
        assertThat(store().shares().share(C)).isPresent();
        assertThat(store().marks().spentIn(C)).isEmpty();
    }

    @Test
    void aVoidVersionNeedsTheAuthoritysDocumentAndPolicyBoundsThem() {
        SignedRecord<ModelManifest> five = Committee.empty(5, Samples.version(4), Samples.version(5), DOCUMENT);
        assertThat(me().isEarly(five)).isTrue();
        refused(Reason.MODEL_NOT_VERIFIED, five);
        assertThat(store().latestVersion(Samples.MODEL)).isEqualTo(4);
        committee.chain.voids.put(5L, new ChainTerms.AllowedVoid(DOCUMENT, Samples.version(4)));
        committee.chain.voids.put(6L, new ChainTerms.AllowedVoid(DOCUMENT, Samples.version(5)));
        me().onModelManifest(five);
        assertThat(store().latestVersion(Samples.MODEL)).isEqualTo(5);
        refused(Reason.MODEL_NOT_VERIFIED, Committee.empty(6, Samples.version(5), Samples.version(6), DOCUMENT));
        assertThat(store().latestVersion(Samples.MODEL)).as("one in a row").isEqualTo(5);
    }

    @Test
    void aBrokenCohortStaysSpentAndLosesItsShares() {
        committee.hold(ME, A, B, C);
        Digest cohort = Committee.digest(1, A, B);
        me().onRequest(Committee.request(1, A, B));
        me().onVote(Committee.vote("silo-2", cohort));
        me().onVote(Committee.vote("silo-3", cohort));
        me().onCohortBroken(Committee.broken(cohort));
        assertThat(store().shares().share(A)).isEmpty();
        assertThat(store().shares().share(B)).isEmpty();
        assertThat(store().shares().share(C)).isPresent();
        assertThat(store().cohorts().find(cohort)).isEmpty();
        assertThat(store().cohorts().responseTo(cohort)).isEmpty();
        assertThat(store().marks().spentIn(A)).contains(cohort);
        assertThat(Committee.responses(me().onRequest(Committee.request(1, A, B))))
                .as("nothing left to open it with")
                .isEmpty();
        assertThat(Committee.votes(me().onRequest(Committee.request(2, A, C))))
                .singleElement()
                .satisfies(vote -> {
                    assertThat(vote.refused()).contains(Reason.SPENT);
                    assertThat(vote.inTheWay()).containsExactly(A);
                });
    }

    @Test
    void anAggregatorThatCallsACohortBrokenGetsNoDeltaAgain() {
        committee.hold(ME, A, B, C);
        Digest cohort = Committee.digest(1, A, B);
        assertThat(Committee.votes(me().onRequest(Committee.request(1, A, B)))).hasSize(1);
        me().onVote(Committee.vote("silo-2", cohort));
        assertThat(me().onCohortBroken(Committee.broken(cohort))).isEmpty();
        assertThat(me().onCohortBroken(Committee.broken(Samples.digest("never asked for"))))
                .isEmpty();
        assertThat(store().marks().lockOf(A)).as("two votes are no certificate").contains(cohort);
        assertThat(store().shares().share(A)).isPresent();
        assertThat(me().onRequest(Committee.request(2, A, C)))
                .as("A stays locked")
                .isEmpty();
        assertThat(Committee.promised(me().onWithdrawal(Committee.withdrawal(A))))
                .isEmpty();
        assertThat(Committee.responses(me().onVote(Committee.vote("silo-3", cohort))))
                .as("the cohort itself can still be opened")
                .hasSize(1);
    }

    @Test
    void onlyTheAggregatorCallsACohortBroken() {
        SignedRecord<CohortBroken> broken = Committee.broken(Committee.digest(1, A, B));
        var forged = new CohortBroken(
                broken.message().context().withSender("silo-2"),
                broken.message().buffer(),
                broken.message().cohortDigest(),
                broken.message().reason());
        assertThatThrownBy(() ->
                        me().onCohortBroken(new SignedRecord<>(forged, new byte[0], Digest.ZERO, new byte[0], 0, 0)))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_SENDER));
        assertThat(List.of(store().latestVersion(Samples.MODEL))).containsExactly(4L);
    }
}
