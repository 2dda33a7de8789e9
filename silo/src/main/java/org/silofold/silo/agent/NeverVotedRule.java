package org.silofold.silo.agent;

import java.util.List;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.TopicKind;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.silo.store.WithdrawalTable;

/**
 * What a member's record proves of this party's withdrawals. Words of t members exclude a certificate, which needs votes of t: as 2t &gt; n +
 * f, an honest member would have to be in both.
 */
final class NeverVotedRule {
    private final String silo;

    /**
     * What a member's record proves.
     *
     * @param withdrawals those that the member speaks of
     * @param threshold how many members of the committee that they were sealed to prove one
     */
    record Proven(List<WithdrawalTable.Pending> withdrawals, int threshold) {}

    NeverVotedRule(String silo) {
        this.silo = silo;
    }

    /** Whether the roster's committee is the one that can answer for the update. */
    static boolean answerable(RegistryView view, WithdrawalTable.Pending pending) {
        return view.rosterDigest()
                .filter(pending.sealed().rosterDigest()::equals)
                .isPresent();
    }

    /**
     * Reads a record of a member's topic. Whom it frees and how many it takes come of one roster: between two looks a smaller committee could
     * come.
     *
     * @param member whose topic it is
     * @throws RejectedException if it is not the word of a member that may speak
     */
    Proven proven(
            RegistryView view, String member, byte[] record, List<WithdrawalTable.Pending> pending, long nowMillis) {
        Roster roster =
                view.roster().orElseThrow(() -> new RejectedException(Reason.WRONG_EPOCH, "there is no roster"));
        if (roster.point(member) == 0) {
            throw new RejectedException(Reason.WRONG_SENDER, member + " has no seat in the committee");
        }
        if (view.isRevoked(member, nowMillis)) {
            throw new RejectedException(Reason.REVOKED, member + " is revoked");
        }
        VerifyingKey key = view.identityKey(member)
                .orElseThrow(() -> new RejectedException(Reason.UNKNOWN_SENDER, member + " is not enrolled"));
        NeverVoted word = SignedRecords.open(
                        NeverVoted.class, Purpose.NEVER_VOTED, record, member, key, TopicKind.NEVER_VOTED.limits())
                .message();
        List<WithdrawalTable.Pending> withdrawals = pending.stream()
                .filter(withdrawal -> answerable(view, withdrawal) && speaksOf(word, withdrawal, roster))
                .toList();
        return new Proven(withdrawals, new CommitteeSize(roster.committee().size()).threshold());
    }

    private boolean speaksOf(NeverVoted word, WithdrawalTable.Pending withdrawal, Roster roster) {
        Context context = word.context();
        UpdateRef ref = new UpdateRef(
                silo, withdrawal.update().updateId(), withdrawal.sealed().manifestDigest());
        return context.federation().equals(roster.context().federation())
                && context.model().equals(withdrawal.update().model())
                && context.rosterEpoch() == roster.epoch()
                && context.rosterDigest().equals(withdrawal.sealed().rosterDigest())
                && word.updates().contains(ref);
    }
}
