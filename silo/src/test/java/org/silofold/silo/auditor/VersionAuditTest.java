package org.silofold.silo.auditor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.ModelManifest.MetricSum;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.VoidVersion;
import org.silofold.silo.agent.AuditedFederation;

/** An honest version is made again bit for bit; each single lie about it is found. */
class VersionAuditTest extends VersionAudits {
    @Test
    void honestVersionsAreMadeAgainBitForBit() throws IOException {
        federation.close();
        found("large", LARGE);
        accept(one);
        ModelManifest two = federation.next(one, 1, List.of(FIRST, SECOND, THIRD));
        accept(two);
        // The second moment of an adaptive optimiser would be wrong if the first version's were not kept.
        ModelManifest three = federation.next(two, 2, List.of(SECOND, THIRD));
        accept(three);
        assertThat(before.parameters(LARGE)).isEqualTo(federation.parameters());
        assertThat(before.shards.get(0).secondMoment()[0]).isPositive();
    }

    @Test
    void aPrivateVersionIsMadeAgainWithItsNoiseAndItsCost() throws IOException {
        federation.close();
        found(AuditedFederation.secret(directory.resolve("secret"), SMALL, seed), AuditedFederation.SILOS);
        ModelManifest.PrivacySpent said = one.privacy().orElseThrow();
        ModelManifest.PrivacySpent less = new ModelManifest.PrivacySpent(said.epsilon() / 2, said.delta());
        refused(Reason.MODEL_NOT_VERIFIED, Manifests.withPrivacy(one, Optional.of(less)));
        refused(Reason.MODEL_NOT_VERIFIED, Manifests.withPrivacy(one, Optional.empty()));
        refused(Reason.MODEL_NOT_VERIFIED, Manifests.withWeights(one, one.sumOfWeights() * 2));
        accept(one);
        ModelManifest two = federation.next(one, 1, AuditedFederation.SILOS);
        accept(two);
        assertThat(before.parameters(SMALL)).isEqualTo(federation.parameters());
        assertThat(two.privacy().orElseThrow().epsilon()).isGreaterThan(said.epsilon());
    }

    @Test
    void aPolicyThatCountsLessLowersNoFigure() throws IOException {
        federation.close();
        found(AuditedFederation.secret(directory.resolve("secret"), SMALL, seed), AuditedFederation.SILOS);
        ModelManifest.PrivacySpent due = one.privacy().orElseThrow();
        said = Optional.of(new ModelManifest.PrivacySpent(due.epsilon() * 2, due.delta()));
        refused(Reason.MODEL_NOT_VERIFIED, one);
        recompute(Manifests.withPrivacy(one, said));
    }

    @Test
    void aStaleUpdateCounts() throws IOException {
        accept(one);
        UpdateRef stale = federation.submit(THIRD, 0);
        UpdateRef fresh = federation.submit(FIRST, 1);
        accept(federation.publish(one, List.of(stale, fresh)));
    }

    @Test
    void anotherRootIsFound() {
        refused(Reason.MODEL_NOT_VERIFIED, Manifests.withRoot(one, Digest.sha256(new byte[] {7})));
    }

    @Test
    void anotherWordOfAShardIsFound() throws IOException {
        String shard = MemoryLog.shardName(FIRST, one.cohort().get(0).updateId(), 0);
        // The silo itself signs another shard: it is not the one under its manifest.
        federation.log.replace(shard, record -> federation.altered.withAnotherWord(FIRST, record));
        refused(Reason.MERKLE_ROOT_MISMATCH, one);
    }

    @Test
    void aShardThatDoesNotVerifyIsNoShard() {
        String shard = MemoryLog.shardName(FIRST, one.cohort().get(0).updateId(), 0);
        federation.log.replace(shard, VersionAudits::flipLast);
        missing(MissingRecordException.Kind.CLOSED, "shard 0 of update " + FIRST, () -> recompute(one));
        federation.log.remove(shard);
        missing(MissingRecordException.Kind.NOT_SEEN, "shard 0 of update " + FIRST, () -> recompute(one));
    }

    @Test
    void junkBeforeARecordHidesNothing() throws IOException {
        UpdateRef ref = one.cohort().get(0);
        Digest cohort = CohortAudit.digest(one);
        for (String name : List.of(
                MemoryLog.shardName(FIRST, ref.updateId(), 0),
                MemoryLog.manifestName(ref),
                MemoryLog.voteName(FIRST, cohort),
                MemoryLog.responseName(FIRST, cohort))) {
            federation.log.addFirst(name, flipLast(federation.log.get(name).clone()));
        }
        recompute(one);
    }

    @Test
    void shardsThatASiloSignedTwiceAreNobodyElsesLie() {
        UpdateRef ref = one.cohort().get(0);
        String shard = MemoryLog.shardName(FIRST, ref.updateId(), 0);
        federation.log.addFirst(shard, federation.altered.withAnotherWord(FIRST, federation.log.get(shard)));
        missing(MissingRecordException.Kind.CLOSED, "conflict", () -> recompute(one));
    }

    @Test
    void anotherSumOfWeightsIsFound() {
        refused(Reason.MODEL_NOT_VERIFIED, Manifests.withWeights(one, Math.nextUp(one.sumOfWeights())));
    }

    @Test
    void anotherMetricIsFound() {
        List<MetricSum> metrics = new ArrayList<>(one.metrics());
        metrics.set(1, new MetricSum("correct", metrics.get(1).sum() + 1));
        refused(Reason.MODEL_NOT_VERIFIED, Manifests.withMetrics(one, metrics));
    }

    @Test
    void anotherSecretSumIsFound() {
        refused(Reason.WRONG_RESPONSE, Manifests.withSecretSum(one, Digest.sha256(new byte[] {7})));
    }

    @Test
    void aLyingMembersAnswerIsOnlyLeftOut() throws IOException {
        federation.committee.respond(FIRST, CohortAudit.digest(one), 1, new int[ParameterSet.MASK_2048_32.n()]);
        recompute(one);
    }

    @Test
    void tooFewAnswersOpenNothing() {
        Digest cohort = CohortAudit.digest(one);
        federation.log.remove(MemoryLog.responseName(FIRST, cohort));
        federation.log.remove(MemoryLog.responseName(SECOND, cohort));
        missing(MissingRecordException.Kind.NOT_SEEN, "answers", () -> recompute(one));
    }

    @Test
    void anotherOptimiserIsFound() throws IOException {
        refused(Reason.MODEL_NOT_VERIFIED, Manifests.withOptimizer(one, "fedyogi"));
        UnaryOperator<Policy> faster = policy -> Manifests.withLearningRate(policy, policy.learningRate() * 2);
        AuditTerms due = terms();
        AuditTerms other = new AuditTerms(
                due.roster(), due.rosterDigest(), faster.apply(due.policy()), due.spec(), due.specDigest());
        VersionAudit audit = new VersionAudit(AuditedFederation.AUDITOR, other, new Enrolled(), federation.log);
        assertThatThrownBy(() ->
                        audit.opened(one, previous(0), new Book(), federation.auditorKey(), before, new MemoryState()))
                .hasMessageContaining("its root is");
    }

    @Test
    void anotherPredecessorIsFound() {
        digests.put(0L, Digest.sha256(new byte[] {7}));
        refused(Reason.WRONG_PREVIOUS, one);
    }

    @Test
    void anotherCohortHasNoCertificate() {
        ModelManifest smaller = Manifests.withCohort(one, one.cohort().subList(0, 1));
        missing(MissingRecordException.Kind.NOT_SEEN, "certificate", () -> recompute(smaller));
    }

    @Test
    void aCertificateNeedsVotesOfTDistinctMembers() throws IOException {
        Digest cohort = CohortAudit.digest(one);
        federation.log.remove(MemoryLog.voteName(SECOND, cohort));
        recompute(one);
        federation.log.remove(MemoryLog.voteName(THIRD, cohort));
        missing(MissingRecordException.Kind.NOT_SEEN, "certificate", () -> recompute(one));
        // The same member twice, and a refusal, are no votes.
        federation.committee.vote(FIRST, cohort, 1, Optional.empty());
        federation.committee.vote(SECOND, cohort, 1, Optional.of(Reason.EXPIRED));
        missing(MissingRecordException.Kind.NOT_SEEN, "certificate", () -> recompute(one));
        // A member that refused first has answered; the aggregator may have forgotten that, so it is no lie of its.
        federation.committee.vote(SECOND, cohort, 1, Optional.empty());
        missing(MissingRecordException.Kind.CLOSED, "certificate", () -> recompute(one));
        federation.committee.vote(THIRD, cohort, 1, Optional.empty());
        recompute(one);
    }

    @Test
    void aVoteSignedWhileRevokedIsNone() {
        Digest cohort = CohortAudit.digest(one);
        federation.log.remove(MemoryLog.voteName(FIRST, cohort));
        federation.log.remove(MemoryLog.voteName(SECOND, cohort));
        long until = view.enrolment(SECOND).orElseThrow().notAfterMillis() + Verifier.GRACE.toMillis();
        federation.log.at(until + 1);
        federation.committee.vote(SECOND, cohort, 1, Optional.empty());
        // By another registry it may have been one: nobody is accused.
        missing(MissingRecordException.Kind.CLOSED, "certificate", () -> recompute(one));
        federation.log.remove(MemoryLog.voteName(SECOND, cohort));
        federation.log.at(until);
        federation.committee.vote(SECOND, cohort, 1, Optional.empty());
        assertThat(new CohortAudit(terms(), new Verifier(new Enrolled()), new Book()).voters(one, federation.log))
                .containsExactly(SECOND, THIRD);
    }

    @Test
    void aCohortBelowTheMinimumIsFoundThoughMembersVotedForIt() throws IOException {
        accept(one);
        refused(Reason.COHORT_TOO_SMALL, federation.publish(one, List.of(federation.submit(FIRST, 1))));
    }

    @Test
    void anUpdateInTwoVersionsIsFound() throws IOException {
        accept(one);
        UpdateRef fresh = federation.submit(THIRD, 1);
        refused(Reason.SPENT, federation.publish(one, List.of(one.cohort().get(0), fresh)));
    }

    @Test
    void anUpdateFromAnUnpublishedBaseIsFound() throws IOException {
        accept(one);
        UpdateRef first = federation.submit(FIRST, 1);
        UpdateRef second = federation.submit(SECOND, 1);
        ModelManifest two = federation.publish(one, List.of(first, second));
        digests.put(1L, Digest.sha256(new byte[] {7}));
        assertThatThrownBy(() ->
                        new CohortAudit(terms(), new Verifier(new Enrolled()), new Book()).updates(two, federation.log))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_BASE));
    }

    @Test
    void aManifestThatIsGoneIsMissing() {
        federation.log.remove(MemoryLog.manifestName(one.cohort().get(1)));
        missing(MissingRecordException.Kind.NOT_SEEN, "the manifest of update " + SECOND, () -> recompute(one));
    }

    @Test
    void aKeyThatWasNotWrappedForThisAuditorIsNobodysLie() {
        try (KemPrivateKey other = KemPrivateKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
            missing(MissingRecordException.Kind.CLOSED, "a key", () -> audit().opened(
                            one, previous(0), new Book(), other, before, new MemoryState()));
        }
    }

    @Test
    void anotherInitialModelIsFound() {
        federation.log.replace(MemoryLog.initialName(AuditedFederation.MODEL, 0), VersionAudits::flipLast);
        missing(MissingRecordException.Kind.CLOSED, "shard 0 of the initial model", () -> audit().initial(
                        zero, new MemoryState()));
        assertThatThrownBy(() -> audit().initial(Manifests.withRoot(zero, Digest.ZERO), new MemoryState()))
                .isInstanceOf(MissingRecordException.class);
    }

    private VersionAudit.Document allowed(ModelManifest manifest) {
        VoidVersion content = new VoidVersion(
                manifest.context(), 1, manifest.version(), manifest.previousDigest(), "a broken cohort");
        return new VersionAudit.Document(content, manifest.voidVersion().orElseThrow());
    }

    private void repeat(ModelManifest manifest, Optional<VersionAudit.Document> document, int voidsBefore) {
        AuditTerms due = terms();
        AuditTerms twoVoids = new AuditTerms(
                due.roster(),
                due.rosterDigest(),
                Manifests.withMaxVoids(due.policy(), 2),
                due.spec(),
                due.specDigest());
        new VersionAudit(AuditedFederation.AUDITOR, twoVoids, new Enrolled(), federation.log)
                .repeated(manifest, previous(0), document, voidsBefore);
    }

    @Test
    void aVoidVersionNeedsTheAuthoritysDocumentAndChangesNothing() {
        ModelManifest empty = Manifests.voided(one, zero.shardsRoot(), Digest.sha256(new byte[] {7}));
        repeat(empty, Optional.of(allowed(empty)), 1);
        missing(MissingRecordException.Kind.NOT_SEEN, "is void", () -> repeat(empty, Optional.empty(), 0));
        VersionAudit.Document other = new VersionAudit.Document(allowed(empty).content(), Digest.ZERO);
        assertThatThrownBy(() -> repeat(empty, Optional.of(other), 0)).hasMessageContaining("another void document");
        assertThatThrownBy(() -> repeat(empty, Optional.of(allowed(empty)), 2)).hasMessageContaining("policy allows 2");
        ModelManifest moved = Manifests.voided(one, one.shardsRoot(), Digest.sha256(new byte[] {7}));
        assertThatThrownBy(() -> repeat(moved, Optional.of(allowed(moved)), 0)).hasMessageContaining("its root is");
    }
}
