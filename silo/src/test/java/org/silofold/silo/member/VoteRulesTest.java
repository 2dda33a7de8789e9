package org.silofold.silo.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.silo.chain.ChainLink;

/** Every reason to refuse, every reason to wait, and nothing else in the way of a vote. */
final class VoteRulesTest {
    private static final UpdateRef A = Samples.ref("silo-1", "a");
    private static final UpdateRef B = Samples.ref("silo-2", "b");
    private static final UpdateRef C = Samples.ref("silo-3", "c");
    private static final List<UpdateRef> ALL = List.of(A, B, C);

    @TempDir
    Path directory;

    private MemberStore store;
    private RegistrySnapshot registry = Samples.registry(1, Samples.policy(1, 2, 4, 1, 2));

    @BeforeEach
    void open() {
        store = MemberStore.open(directory.resolve("member.db"));
        store.enter(1);
        for (long version = 0; version < 5; version++) {
            store.addVersion(Samples.MODEL, Samples.link(version), Samples.RECORD);
        }
        hold(Samples.held(A, 4));
        hold(Samples.held(B, 3));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void hold(HeldUpdate update) {
        store.shares().add(update, update.refused().isPresent() ? null : new byte[8192]);
    }

    private Decision decide(ProposedCohort cohort) {
        return VoteRules.decide(store, registry, cohort, Samples.NOW);
    }

    private Decision decide() {
        return decide(Samples.cohort("c", 5, ALL));
    }

    private static Decision refuse(Reason reason, UpdateRef... refs) {
        return new Decision.Refuse(reason, List.of(refs));
    }

    private void revokeAndRename(Set<String> revoked, Map<String, String> renamed) {
        Map<String, String> organisations = new HashMap<>(registry.organisations());
        organisations.putAll(renamed);
        registry = new RegistrySnapshot(
                "demo", Samples.roster(1), Samples.ROSTER_DIGEST, registry.models(), organisations, Map.of(), revoked);
    }

    @Test
    void votesWhenAllIsSeenAndRight() {
        hold(Samples.held(C, 2));
        assertThat(decide()).isEqualTo(new Decision.Vote());
        store.marks().lock(ALL, 1, Samples.cohort("c", 5, ALL).digest());
        assertThat(decide()).as("locked to this very cohort").isEqualTo(new Decision.Vote());
    }

    @Test
    void waitsForAManifestNotSeen() {
        assertThat(decide()).isInstanceOf(Decision.Wait.class).asString().contains("silo-3");
    }

    @Test
    void waitsForTheVersionBefore() {
        hold(Samples.held(C, 4));
        assertThat(decide(Samples.cohort("c", 6, ALL)))
                .isInstanceOf(Decision.Wait.class)
                .asString()
                .contains("version 5");
    }

    @Test
    void waitsForABaseNotSeen() {
        store.close();
        store = MemberStore.open(directory.resolve("late.db"));
        store.addVersion(
                Samples.MODEL,
                new ChainLink(4, Samples.version(4), Digest.ZERO, false, 1, Optional.empty()),
                Samples.RECORD);
        hold(Samples.held(A, 4));
        hold(Samples.held(B, 3));
        hold(Samples.held(C, 4));
        assertThat(decide()).isInstanceOf(Decision.Wait.class).asString().contains("version 3");
    }

    @Test
    void waitsForAPolicyNotSeen() {
        List<UpdateRef> newer = List.of(Samples.ref("silo-1", "new"), Samples.ref("silo-2", "new"));
        for (UpdateRef ref : newer) {
            hold(new HeldUpdate(
                    ref,
                    1,
                    Samples.MODEL,
                    2,
                    Samples.SPEC_DIGEST,
                    "MASK-2048-32",
                    4,
                    Samples.version(4),
                    Samples.EXPIRY,
                    Optional.empty()));
        }
        ProposedCohort c = Samples.cohort("c", 5, newer);
        ProposedCohort later = new ProposedCohort(
                c.digest(), 1, c.model(), c.buffer(), c.previousDigest(), 2, c.expiryMillis(), newer);
        assertThat(decide(later)).isEqualTo(new Decision.Wait("policy 2"));
        registry = Samples.registry(1, Samples.policy(2, 2, 4, 1, 2));
        assertThat(decide(later)).isEqualTo(new Decision.Vote());
    }

    @Test
    void waitsForAModelNotInTheRegistry() {
        registry = new RegistrySnapshot(
                "demo",
                Samples.roster(1),
                Samples.ROSTER_DIGEST,
                Map.of(),
                registry.organisations(),
                Map.of(),
                Set.of());
        assertThat(decide()).isInstanceOf(Decision.Wait.class);
    }

    @Test
    void waitsWhileAnUpdateIsLockedInAnotherCohort() {
        hold(Samples.held(C, 4));
        store.marks().lock(List.of(B), 1, Samples.digest("another"));
        assertThat(decide()).isInstanceOf(Decision.Wait.class).asString().contains("locked");
        store.marks().release(Samples.digest("another"));
        assertThat(decide()).isEqualTo(new Decision.Vote());
    }

    @Test
    void refusesAnOlderPolicy() {
        hold(Samples.held(C, 4));
        registry = Samples.registry(1, Samples.policy(2, 2, 4, 1, 2));
        assertThat(decide()).isEqualTo(refuse(Reason.WRONG_POLICY));
        registry = Samples.registry(1, Samples.policy(1, 2, 4, 1, 2));
        assertThat(decide()).isEqualTo(new Decision.Vote());
        store.seenPolicy(Samples.MODEL, 2);
        assertThat(decide()).as("the registry went back in time").isEqualTo(refuse(Reason.WRONG_POLICY));
    }

    @Test
    void refusesAPublishedVersion() {
        store.addVersion(
                Samples.MODEL,
                new ChainLink(5, Samples.version(5), Digest.ZERO, false, 1, Optional.empty()),
                Samples.RECORD);
        assertThat(decide()).isEqualTo(refuse(Reason.VERSION_PUBLISHED));
    }

    @Test
    void refusesAnotherPreviousManifest() {
        store.addVersion(
                Samples.MODEL,
                new ChainLink(5, Samples.digest("another version 5"), Digest.ZERO, false, 1, Optional.empty()),
                Samples.RECORD);
        assertThat(decide(Samples.cohort("c", 6, ALL))).isEqualTo(refuse(Reason.WRONG_PREVIOUS));
    }

    @Test
    void refusesAForeignOrRevokedSilo() {
        UpdateRef stranger = Samples.ref("stranger", "x");
        assertThat(decide(Samples.cohort("c", 5, List.of(A, B, stranger))))
                .isEqualTo(refuse(Reason.UNKNOWN_SENDER, stranger));
        revokeAndRename(Set.of("silo-2"), Map.of());
        assertThat(decide()).isEqualTo(refuse(Reason.REVOKED, B));
    }

    @Test
    void refusesTwoUpdatesOfOneOrganisation() {
        revokeAndRename(Set.of(), Map.of("silo-2", "org-of-silo-1"));
        assertThat(decide()).isEqualTo(refuse(Reason.DUPLICATE_ORGANISATION, A, B));
    }

    @Test
    void refusesTooFewOrganisationsAndTooManyUpdates() {
        assertThat(decide(Samples.cohort("c", 5, List.of(A)))).isEqualTo(refuse(Reason.COHORT_TOO_SMALL));
        registry = Samples.registry(1, Samples.policy(1, 2, 2, 1, 2));
        assertThat(decide()).isEqualTo(refuse(Reason.COHORT_TOO_LARGE));
    }

    @Test
    void refusesTooFewOrganisationsOfOneBase() {
        registry = Samples.registry(1, Samples.policy(1, 2, 4, 2, 2));
        assertThat(decide()).as("the third may still have base 3").isInstanceOf(Decision.Wait.class);
        hold(Samples.held(C, 4));
        assertThat(decide()).isEqualTo(refuse(Reason.COHORT_TOO_SMALL));
    }

    @Test
    void refusesTheSecondOfTwoManifests() {
        UpdateRef second = new UpdateRef(B.silo(), B.updateId(), Samples.digest("another manifest"));
        assertThat(decide(Samples.cohort("c", 5, List.of(A, second))))
                .isEqualTo(refuse(Reason.CONFLICTING_DUPLICATE, second));
    }

    @Test
    void refusesAShareThatItDidNotAccept() {
        hold(new HeldUpdate(
                C,
                1,
                Samples.MODEL,
                1,
                Samples.SPEC_DIGEST,
                "MASK-2048-32",
                4,
                Samples.version(4),
                Samples.EXPIRY,
                Optional.of(Reason.COMMITMENT_MISMATCH)));
        assertThat(decide()).isEqualTo(refuse(Reason.SHARES_NOT_ACCEPTED, C));
    }

    private void holdC(String model, long policySequence, Digest spec, long base, Digest baseDigest, long expiry) {
        hold(new HeldUpdate(
                C, 1, model, policySequence, spec, "MASK-2048-32", base, baseDigest, expiry, Optional.empty()));
    }

    @Test
    void refusesAnExpiredUpdate() {
        holdC(Samples.MODEL, 1, Samples.SPEC_DIGEST, 4, Samples.version(4), Samples.NOW);
        assertThat(decide()).isEqualTo(refuse(Reason.EXPIRED, C));
    }

    @Test
    void refusesAnUpdateOfAnotherModel() {
        holdC("lungs", 1, Samples.SPEC_DIGEST, 4, Samples.version(4), Samples.EXPIRY);
        assertThat(decide()).isEqualTo(refuse(Reason.UNKNOWN_MODEL, C));
    }

    @Test
    void refusesAnUpdateUnderAnotherPolicy() {
        holdC(Samples.MODEL, 2, Samples.SPEC_DIGEST, 4, Samples.version(4), Samples.EXPIRY);
        assertThat(decide()).isEqualTo(refuse(Reason.WRONG_POLICY, C));
    }

    @Test
    void refusesAnUpdateForAnotherSpecification() {
        holdC(Samples.MODEL, 1, Samples.digest("other spec"), 4, Samples.version(4), Samples.EXPIRY);
        assertThat(decide()).isEqualTo(refuse(Reason.WRONG_SHAPE, C));
    }

    @Test
    void refusesABaseThatWasNotPublished() {
        holdC(Samples.MODEL, 1, Samples.SPEC_DIGEST, 4, Samples.digest("crafted"), Samples.EXPIRY);
        assertThat(decide()).isEqualTo(refuse(Reason.UNKNOWN_BASE, C));
    }

    @Test
    void refusesABaseOfTheFuture() {
        holdC(Samples.MODEL, 1, Samples.SPEC_DIGEST, 5, Samples.version(5), Samples.EXPIRY);
        assertThat(decide()).isEqualTo(refuse(Reason.UNKNOWN_BASE, C));
    }

    @Test
    void refusesAnUpdateThatIsTooStale() {
        hold(Samples.held(C, 1));
        assertThat(decide()).isEqualTo(refuse(Reason.TOO_STALE, C));
    }

    @Test
    void refusesWhatIsSpentElsewhere() {
        store.marks().spend(List.of(A), 1, Samples.digest("another"));
        assertThat(decide()).isEqualTo(refuse(Reason.SPENT, A));
    }

    @Test
    void refusesWhatItsSiloWithdrewEvenBeforeItsManifest() {
        store.withdrawals().add(Samples.MODEL, C, 1, Samples.NOW);
        hold(Samples.held(B, 3));
        assertThat(decide()).as("not promised yet").isInstanceOf(Decision.Wait.class);
        store.withdrawals().mark(C);
        assertThat(decide()).isEqualTo(refuse(Reason.WITHDRAWN, C));
    }

    @Test
    void namesEverythingThatIsInTheWay() {
        store.marks().spend(List.of(A), 1, Samples.digest("another"));
        hold(Samples.held(C, 1));
        assertThat(decide()).isEqualTo(refuse(Reason.SPENT, A, C));
    }
}
