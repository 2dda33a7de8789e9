package org.silofold.silo.member;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.silofold.protocol.mask.ModularSum;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles the proposed cohorts: votes or refuses where {@link VoteRules} can decide, releases the locks of abandoned cohorts, answers
 * certified ones. Each step is one transaction, committed before its effect is returned. All state is in the store.
 */
final class CohortDesk {
    private static final Logger LOG = LoggerFactory.getLogger(CohortDesk.class);

    private final MemberStore store;
    private final String self;
    private final Function<String, ParameterSet> parameterSets;
    private final WithdrawalDesk withdrawals;
    private final Set<Digest> raised = new HashSet<>();

    CohortDesk(
            MemberStore store, String self, Function<String, ParameterSet> parameterSets, WithdrawalDesk withdrawals) {
        this.store = store;
        this.self = self;
        this.parameterSets = parameterSets;
        this.withdrawals = withdrawals;
    }

    /** Takes every step that can be taken now, in the order in which the cohorts were proposed, until none is left. */
    List<MemberEffect> settle(RegistrySnapshot registry, long nowMillis) {
        List<MemberEffect> effects = new ArrayList<>();
        boolean changed;
        do {
            changed = effects.addAll(withdrawals.promise(registry, nowMillis));
            for (ProposedCohort cohort : store.cohorts().all()) {
                changed |= step(registry, cohort, nowMillis, effects);
            }
        } while (changed);
        for (ProposedCohort cohort : store.cohorts().all()) {
            if (cohort.buffer().version() <= store.latestVersion(cohort.model())) {
                store.cohorts().forget(cohort.digest());
            }
        }
        return effects;
    }

    private boolean step(RegistrySnapshot registry, ProposedCohort cohort, long nowMillis, List<MemberEffect> effects) {
        Digest digest = cohort.digest();
        if (isAbandoned(registry, digest)) {
            return release(registry, digest);
        }
        boolean changed = false;
        if (store.cohorts().answerTo(digest).isEmpty() && nowMillis < cohort.expiryMillis()) {
            Optional<MemberEffect> answer = decide(registry, cohort, nowMillis);
            answer.ifPresent(effects::add);
            changed = answer.isPresent();
        }
        if (isCertified(registry, digest) && store.cohorts().responseTo(digest).isEmpty()) {
            changed |= respond(registry, cohort, effects);
        }
        return changed;
    }

    /** Releases the locks of an abandoned cohort, whether or not its content is known; says whether there were any. */
    boolean release(RegistrySnapshot registry, Digest cohort) {
        return isAbandoned(registry, cohort) && store.marks().release(cohort) > 0;
    }

    /**
     * The aggregator says that a cohort was opened and made no version. If it is certified its updates are spent already, and what could open
     * it again goes; of any other cohort the word changes nothing.
     *
     * @return whether shares were erased
     */
    boolean broken(RegistrySnapshot registry, Digest cohort) {
        Optional<ProposedCohort> known = store.cohorts().find(cohort);
        if (known.isEmpty() || !isCertified(registry, cohort) || !store.marks().isSpent(cohort)) {
            return false;
        }
        List<UpdateRef> spentHere = known.get().updates().stream()
                .filter(ref -> store.marks().spentIn(ref).equals(Optional.of(cohort)))
                .toList();
        store.transaction(() -> {
            store.shares().erase(spentHere);
            store.cohorts().forgetResponse(cohort);
            store.cohorts().forget(cohort);
        });
        return true;
    }

    private boolean isAbandoned(RegistrySnapshot registry, Digest cohort) {
        return count(registry, cohort, true) >= registry.committee().threshold();
    }

    private boolean isCertified(RegistrySnapshot registry, Digest cohort) {
        return count(registry, cohort, false) >= registry.committee().threshold();
    }

    private long count(RegistrySnapshot registry, Digest cohort, boolean refused) {
        return store.cohorts().voters(cohort, refused).stream()
                .filter(name -> registry.roster().committee().contains(name)
                        && !registry.revoked().contains(name))
                .count();
    }

    private Optional<MemberEffect> decide(RegistrySnapshot registry, ProposedCohort cohort, long nowMillis) {
        Decision decision = VoteRules.decide(store, registry, cohort, nowMillis);
        if (decision instanceof Decision.Wait wait) {
            LOG.debug("cohort {} waits for {}", cohort.digest(), wait.forWhat());
            return Optional.empty();
        }
        GivenAnswer answer = decision instanceof Decision.Refuse refuse
                ? answer(registry, cohort, Optional.of(refuse.reason()), refuse.inTheWay())
                : answer(registry, cohort, Optional.empty(), List.of());
        store.transaction(() -> {
            if (answer.refused().isEmpty()) {
                store.marks().lock(cohort.updates(), cohort.epoch(), cohort.digest());
            }
            store.cohorts().answer(answer);
            store.cohorts()
                    .vote(
                            cohort.digest(),
                            self,
                            cohort.epoch(),
                            answer.refused().isPresent());
        });
        return Optional.of(effect(registry, answer));
    }

    private static GivenAnswer answer(
            RegistrySnapshot registry, ProposedCohort cohort, Optional<Reason> refused, List<UpdateRef> inTheWay) {
        return new GivenAnswer(
                cohort.digest(),
                cohort.epoch(),
                cohort.model(),
                cohort.buffer(),
                registry.policySequence(cohort.model()),
                refused,
                inTheWay);
    }

    /**
     * Answers a certificate. The updates are spent from here on, whether or not all shares are there. Two certificates that share an
     * update prove more than f lying members: then nothing leaves.
     */
    private boolean respond(RegistrySnapshot registry, ProposedCohort cohort, List<MemberEffect> effects) {
        boolean news = false;
        for (UpdateRef ref : cohort.updates()) {
            Optional<Digest> spent = store.marks().spentIn(ref);
            if (spent.isPresent() && !spent.get().equals(cohort.digest())) {
                raise(cohort, ref);
                return false;
            }
            news |= spent.isEmpty();
        }
        Optional<byte[]> sum = sumOfShares(cohort);
        if (sum.isEmpty()) {
            if (news) {
                store.transaction(() -> store.marks().spend(cohort.updates(), cohort.epoch(), cohort.digest()));
            }
            return news;
        }
        GivenResponse response = new GivenResponse(
                cohort.digest(),
                cohort.epoch(),
                cohort.model(),
                cohort.buffer(),
                registry.policySequence(cohort.model()),
                sum.get());
        store.transaction(() -> {
            store.marks().spend(cohort.updates(), cohort.epoch(), cohort.digest());
            store.cohorts().respond(response);
        });
        effects.add(effect(registry, response));
        return true;
    }

    private void raise(ProposedCohort cohort, UpdateRef ref) {
        if (raised.size() < CohortTable.PER_MODEL && raised.add(cohort.digest())) {
            LOG.error(
                    "cohort {} is certified, but its update {}/{} was spent in another: no share leaves",
                    cohort.digest(),
                    ref.silo(),
                    ref.updateId());
        }
    }

    /** N words, little-endian; empty unless an accepted share is held for exactly every manifest of the cohort. */
    private Optional<byte[]> sumOfShares(ProposedCohort cohort) {
        int[] sum = null;
        try {
            for (UpdateRef ref : cohort.updates()) {
                Optional<HeldUpdate> held = store.shares().find(ref.silo(), ref.updateId());
                Optional<byte[]> share = store.shares().share(ref);
                if (held.isEmpty() || share.isEmpty() || !held.get().model().equals(cohort.model())) {
                    return Optional.empty();
                }
                ParameterSet set = parameterSets.apply(held.get().parameterSet());
                sum = sum == null ? new int[set.n()] : sum;
                ModularSum.add(set, sum, 0, share.get(), 0, share.get().length);
                Arrays.fill(share.get(), (byte) 0);
            }
            return sum == null ? Optional.empty() : Optional.of(Words.toBytes(sum));
        } finally {
            if (sum != null) {
                Arrays.fill(sum, 0);
            }
        }
    }

    /** The answer as a message. */
    MemberEffect effect(RegistrySnapshot registry, GivenAnswer answer) {
        return new MemberEffect.SendVote(new UnmaskVote(
                registry.context(answer.model(), self, Purpose.UNMASK_VOTE, answer.policySequence()),
                answer.buffer(),
                answer.digest(),
                answer.refused(),
                answer.inTheWay()));
    }

    /** The sum of shares as a message. */
    MemberEffect effect(RegistrySnapshot registry, GivenResponse response) {
        return new MemberEffect.SendResponse(
                new UnmaskResponse(
                        registry.context(response.model(), self, Purpose.UNMASK_RESPONSE, response.policySequence()),
                        response.buffer(),
                        response.digest(),
                        Digest.sha256(response.words())),
                response.words());
    }
}
