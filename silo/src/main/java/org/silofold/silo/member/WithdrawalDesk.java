package org.silofold.silo.member;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    private final MemberStore store;

    WithdrawalDesk(MemberStore store) {
        this.store = store;
    }

    /**
     * Remembers that a silo withdrew an update.
     *
     * @return the update's promise if the withdrawal was known and the promise was given, and the update is not spent
     * @throws RejectedException if the silo is not of the roster, or withdrew too many
     */
    Optional<MemberEffect> take(RegistrySnapshot registry, UpdateWithdrawal withdrawal) {
        UpdateRef ref = withdrawal.update();
        String model = withdrawal.context().model();
        if (!registry.roster().silos().contains(ref.silo())) {
            throw new RejectedException(Reason.UNKNOWN_SENDER, ref.silo() + " is no silo of the roster");
        }
        if (!store.withdrawals().isKnown(ref)) {
            if (store.withdrawals().known(ref.silo()) >= WITHDRAWALS_PER_SILO) {
                throw new RejectedException(Reason.TOO_MANY_IN_FLIGHT, "too many withdrawals of " + ref.silo());
            }
            store.withdrawals().add(model, ref, registry.epoch());
            return Optional.empty();
        }
        return store.withdrawals().isMarked(ref) && store.marks().spentIn(ref).isEmpty()
                ? Optional.of(new MemberEffect.SendNeverVoted(model, ref))
                : Optional.empty();
    }

    /**
     * Promises never to vote for what its silo withdrew, where this member has not voted for it, or only for cohorts that were abandoned: a
     * lock says that it has. Of what was spent it promises nothing.
     *
     * @return the promises that are new
     */
    List<MemberEffect> promise() {
        List<MemberEffect> promises = new ArrayList<>();
        for (WithdrawalTable.Withdrawn open : store.withdrawals().open()) {
            if (store.marks().spentIn(open.ref()).isPresent()) {
                store.withdrawals().drop(open.ref());
            } else if (store.marks().lockOf(open.ref()).isEmpty()) {
                store.withdrawals().mark(open.ref());
                promises.add(new MemberEffect.SendNeverVoted(open.model(), open.ref()));
            }
        }
        return promises;
    }

    /** The promises given, but for what was spent since. */
    List<MemberEffect> promises() {
        List<MemberEffect> effects = new ArrayList<>();
        for (WithdrawalTable.Withdrawn marked : store.withdrawals().marked()) {
            if (store.marks().spentIn(marked.ref()).isEmpty()) {
                effects.add(new MemberEffect.SendNeverVoted(marked.model(), marked.ref()));
            }
        }
        return effects;
    }
}
