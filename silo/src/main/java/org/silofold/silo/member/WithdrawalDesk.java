package org.silofold.silo.member;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.silofold.protocol.cohort.RequestTimes;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateWithdrawal;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * What silos withdrew, and the member's promises never to vote for it. A promise is on disk before its effect is returned; {@link VoteRules}
 * keep it.
 */
final class WithdrawalDesk {
    /** Most withdrawals of one silo remembered in an epoch; further ones are refused. */
    static final int WITHDRAWALS_PER_SILO = 4096;
    /** Most of these that wait for their promise, which every step looks at; a silo asks again later. */
    static final int OPEN_PER_SILO = 64;

    private final MemberStore store;
    private final String self;

    WithdrawalDesk(MemberStore store, String self) {
        this.store = store;
        this.self = self;
    }

    /**
     * Remembers that a silo withdrew an update.
     *
     * @return the update's promise if the withdrawal was known and the promise was given, and the update is not spent
     * @throws RejectedException if the silo is not of the roster, or withdrew too many
     */
    Optional<MemberEffect> take(RegistrySnapshot registry, UpdateWithdrawal withdrawal, long nowMillis) {
        UpdateRef ref = withdrawal.update();
        String model = withdrawal.context().model();
        if (!registry.roster().silos().contains(ref.silo())) {
            throw new RejectedException(Reason.UNKNOWN_SENDER, ref.silo() + " is no silo of the roster");
        }
        if (!store.withdrawals().isKnown(ref)) {
            if (store.withdrawals().known(ref.silo()) >= WITHDRAWALS_PER_SILO
                    || store.withdrawals().open(ref.silo()) >= OPEN_PER_SILO) {
                throw new RejectedException(Reason.TOO_MANY_IN_FLIGHT, "too many withdrawals of " + ref.silo());
            }
            store.withdrawals().add(model, ref, registry.epoch(), nowMillis);
            return Optional.empty();
        }
        return store.withdrawals().isMarked(ref) && store.marks().spentIn(ref).isEmpty()
                ? Optional.of(promise(registry, model, ref))
                : Optional.empty();
    }

    /**
     * Promises never to vote for what its silo withdrew, where this member has not voted for it, or only for cohorts that were abandoned: a
     * lock says that it has. Of what was spent it promises nothing.
     *
     * <p>It waits until no request that was made before the withdrawal can be open any more, and votes for the update meanwhile: else a silo
     * that withdraws what was just requested would have some members vote and others refuse, and the others' updates would be lost in a
     * cohort that can neither be certified nor abandoned. Of an update that this member cannot come to vote for it promises at once.
     *
     * @return the promises that are new
     */
    List<MemberEffect> promise(RegistrySnapshot registry, long nowMillis) {
        List<MemberEffect> promises = new ArrayList<>();
        for (WithdrawalTable.Withdrawn open : store.withdrawals().open()) {
            if (store.marks().spentIn(open.ref()).isPresent()) {
                store.withdrawals().drop(open.ref());
            } else if (store.marks().lockOf(open.ref()).isEmpty() && !mayBeAskedFor(registry, open, nowMillis)) {
                store.withdrawals().mark(open.ref());
                promises.add(promise(registry, open.model(), open.ref()));
            }
        }
        return promises;
    }

    /** Whether this member could vote for the update, and a request that lists it be open that was made before the withdrawal. */
    private boolean mayBeAskedFor(RegistrySnapshot registry, WithdrawalTable.Withdrawn open, long nowMillis) {
        UpdateRef ref = open.ref();
        Optional<HeldUpdate> held = store.shares()
                .find(ref.silo(), ref.updateId())
                .filter(update ->
                        update.ref().equals(ref) && update.refused().isEmpty() && update.expiryMillis() > nowMillis);
        // The model is the manifest's: the one that the withdrawal names is not held against anything.
        return held.isPresent()
                && registry.model(held.get().model())
                        .map(model ->
                                nowMillis - open.knownSinceMillis() < RequestTimes.openAfterWithdrawal(model.policy()))
                        .orElse(true);
    }

    /** The promises given, but for what was spent since. */
    List<MemberEffect> promises(RegistrySnapshot registry) {
        List<MemberEffect> effects = new ArrayList<>();
        for (WithdrawalTable.Withdrawn marked : store.withdrawals().marked()) {
            if (store.marks().spentIn(marked.ref()).isEmpty()) {
                effects.add(promise(registry, marked.model(), marked.ref()));
            }
        }
        return effects;
    }

    private MemberEffect promise(RegistrySnapshot registry, String model, UpdateRef ref) {
        return new MemberEffect.SendNeverVoted(registry.context(model, self, Purpose.NEVER_VOTED), ref);
    }
}
