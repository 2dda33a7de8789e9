package org.silofold.silo.member;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.silofold.protocol.cohort.CohortRules;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Policy;

/**
 * Whether a member may vote for a cohort (docs/protocol.md, 6.3). Refuses as soon as one thing is known to be wrong for good; else waits
 * if one thing was not seen yet; else votes. Reads the store, changes nothing.
 */
final class VoteRules {
    private final MemberStore store;
    private final RegistrySnapshot registry;
    private final ProposedCohort cohort;
    private final long nowMillis;

    private final Set<UpdateRef> inTheWay = new LinkedHashSet<>();
    private Reason wrong;
    private String unseen;

    private VoteRules(MemberStore store, RegistrySnapshot registry, ProposedCohort cohort, long nowMillis) {
        this.store = store;
        this.registry = registry;
        this.cohort = cohort;
        this.nowMillis = nowMillis;
    }

    /**
     * Decides on a cohort of the current epoch.
     *
     * @param nowMillis epoch milliseconds, for expiries
     */
    static Decision decide(MemberStore store, RegistrySnapshot registry, ProposedCohort cohort, long nowMillis) {
        return new VoteRules(store, registry, cohort, nowMillis).decide();
    }

    private Decision decide() {
        Optional<RegistrySnapshot.ModelRules> model = registry.model(cohort.model());
        if (model.isEmpty()) {
            return new Decision.Wait("the registry's entry of model " + cohort.model());
        }
        Policy policy = model.get().policy();
        checkPolicy(policy);
        checkChain();
        checkOrganisations(policy);
        List<CohortRules.Entry> entries = new ArrayList<>();
        for (UpdateRef ref : cohort.updates()) {
            if (store.withdrawals().isMarked(ref)) {
                refuse(Reason.WITHDRAWN, ref);
            }
            Optional<HeldUpdate> held = store.shares().find(ref.silo(), ref.updateId());
            if (held.isEmpty()) {
                awaits("the manifest of " + name(ref));
            } else {
                checkUpdate(ref, held.get(), model.get());
                entries.add(entry(ref, held.get()));
            }
        }
        if (wrong == null && entries.size() == cohort.updates().size()) {
            checkAsAWhole(policy, entries);
        }
        if (wrong != null) {
            return new Decision.Refuse(wrong, List.copyOf(inTheWay));
        }
        return unseen != null ? new Decision.Wait(unseen) : new Decision.Vote();
    }

    private CohortRules.Entry entry(UpdateRef ref, HeldUpdate held) {
        String organisation = registry.organisations().getOrDefault(ref.silo(), "");
        return new CohortRules.Entry(ref.silo(), organisation, held.baseVersion());
    }

    /** The rules that the aggregator keeps too; the base versions' share of the cohort is only known once all manifests are. */
    private void checkAsAWhole(Policy policy, List<CohortRules.Entry> entries) {
        try {
            CohortRules.check(policy, cohort.buffer().version(), entries);
        } catch (RejectedException e) {
            refuse(e.reason());
        }
    }

    private void checkPolicy(Policy policy) {
        long newest = Math.max(policy.sequence(), store.policySequence(cohort.model()));
        if (cohort.policySequence() < newest) {
            refuse(Reason.WRONG_POLICY);
        } else if (policy.sequence() < cohort.policySequence()) {
            awaits("policy " + cohort.policySequence());
        }
    }

    private void checkChain() {
        long version = cohort.buffer().version();
        if (store.version(cohort.model(), version).isPresent()) {
            refuse(Reason.VERSION_PUBLISHED);
        }
        Optional<Digest> previous = store.version(cohort.model(), version - 1);
        if (previous.isEmpty()) {
            awaits("the manifest of version " + (version - 1));
        } else if (!previous.get().equals(cohort.previousDigest())) {
            refuse(Reason.WRONG_PREVIOUS);
        }
    }

    private void checkOrganisations(Policy policy) {
        Map<String, UpdateRef> seen = new HashMap<>();
        for (UpdateRef ref : cohort.updates()) {
            String organisation = registry.organisations().get(ref.silo());
            if (organisation == null || !registry.roster().silos().contains(ref.silo())) {
                refuse(Reason.UNKNOWN_SENDER, ref);
                continue;
            }
            if (registry.revoked().contains(ref.silo())) {
                refuse(Reason.REVOKED, ref);
            }
            UpdateRef other = seen.putIfAbsent(organisation, ref);
            if (other != null) {
                refuse(Reason.DUPLICATE_ORGANISATION, other);
                refuse(Reason.DUPLICATE_ORGANISATION, ref);
            }
        }
        if (seen.size() < policy.minCohort()) {
            refuse(Reason.COHORT_TOO_SMALL);
        }
        if (cohort.updates().size() > policy.maxCohort()) {
            refuse(Reason.COHORT_TOO_LARGE);
        }
    }

    private void checkUpdate(UpdateRef ref, HeldUpdate held, RegistrySnapshot.ModelRules model) {
        if (!held.ref().equals(ref)) {
            refuse(Reason.CONFLICTING_DUPLICATE, ref);
            return;
        }
        if (!held.model().equals(cohort.model())) {
            refuse(Reason.UNKNOWN_MODEL, ref);
        }
        if (held.refused().isPresent()) {
            refuse(Reason.SHARES_NOT_ACCEPTED, ref);
        }
        if (held.expiryMillis() <= nowMillis) {
            refuse(Reason.EXPIRED, ref);
        }
        if (held.policySequence() != cohort.policySequence()) {
            refuse(Reason.WRONG_POLICY, ref);
        }
        if (!held.specDigest().equals(model.specDigest())) {
            refuse(Reason.WRONG_SHAPE, ref);
        }
        checkBase(ref, held, model.policy());
        checkMarks(ref);
    }

    private void checkBase(UpdateRef ref, HeldUpdate held, Policy policy) {
        long staleness = cohort.buffer().version() - 1 - held.baseVersion();
        if (staleness < 0) {
            refuse(Reason.UNKNOWN_BASE, ref);
            return;
        }
        if (staleness > policy.stalenessBound()) {
            refuse(Reason.TOO_STALE, ref);
        }
        Optional<Digest> published = store.version(cohort.model(), held.baseVersion());
        if (published.isEmpty()) {
            awaits("the manifest of version " + held.baseVersion());
        } else if (!published.get().equals(held.baseDigest())) {
            refuse(Reason.UNKNOWN_BASE, ref);
        }
    }

    private void checkMarks(UpdateRef ref) {
        Optional<Digest> spent = store.marks().spentIn(ref);
        if (spent.isPresent() && !spent.get().equals(cohort.digest())) {
            refuse(Reason.SPENT, ref);
        }
        Optional<Digest> lock = store.marks().lockOf(ref);
        if (lock.isPresent() && !lock.get().equals(cohort.digest())) {
            awaits(name(ref) + ", locked in another cohort");
        }
    }

    private void refuse(Reason reason) {
        wrong = wrong == null ? reason : wrong;
    }

    private void refuse(Reason reason, UpdateRef ref) {
        refuse(reason);
        inTheWay.add(ref);
    }

    private void awaits(String what) {
        unseen = unseen == null ? what : unseen;
    }

    private static String name(UpdateRef ref) {
        return "update " + ref.silo() + "/" + ref.updateId();
    }
}
