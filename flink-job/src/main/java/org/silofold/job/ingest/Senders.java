package org.silofold.job.ingest;

import java.util.Optional;
import org.silofold.job.config.Party;
import org.silofold.job.event.RawRecord;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.registry.RegistryView;

/** Who signed a record, and whether they may say it now. Checks size, signature and context, in that order. */
final class Senders {
    private final Party party;
    private final VerifyingKey authority;

    Senders(Party party, VerifyingKey authority) {
        this.party = party;
        this.authority = authority;
    }

    /**
     * The verified record.
     *
     * @throws RejectedException UNKNOWN_SENDER while the registry has no key for the topic's owner; else whatever is wrong
     */
    SignedRecord<? extends Message> open(RegistryView registry, Route route, RawRecord raw) {
        if (route.owner().isEmpty()) {
            return SignedRecords.openByKey(
                    Message.class,
                    route.purpose(),
                    raw.value(),
                    authority,
                    route.kind().limits());
        }
        VerifyingKey key = registry.identityKey(route.owner())
                .orElseThrow(
                        () -> new RejectedException(Reason.UNKNOWN_SENDER, "no key is enrolled for " + route.owner()));
        return SignedRecords.open(
                route.purpose(), raw.value(), route.owner(), key, route.kind().limits());
    }

    /**
     * Whether the sender may say this now.
     *
     * @throws RejectedException naming what is not as the registry says
     */
    void admit(RegistryView registry, SignedRecord<? extends Message> signed, long nowMillis) {
        Context context = signed.message().context();
        if (!context.federation().equals(party.federation())) {
            throw new RejectedException(Reason.WRONG_FEDERATION, "federation " + context.federation());
        }
        if (!registry.ready(context.model())) {
            throw new RejectedException(
                    Reason.UNKNOWN_MODEL, "the registry is not complete for model " + context.model());
        }
        Purpose purpose = context.purpose();
        if (purpose == Purpose.UPDATE_SHARD || purpose == Purpose.UPDATE_MANIFEST) {
            if (!registry.roster().orElseThrow().silos().contains(context.sender())) {
                throw new RejectedException(Reason.WRONG_SENDER, context.sender() + " is no silo of the roster");
            }
            if (registry.isRevoked(context.sender(), nowMillis)) {
                throw new RejectedException(Reason.REVOKED, context.sender() + " is revoked");
            }
            registry.requireCurrent(context);
        }
        if (purpose == Purpose.UPDATE_WITHDRAWAL
                && !registry.roster().orElseThrow().silos().contains(context.sender())) {
            throw new RejectedException(Reason.WRONG_SENDER, context.sender() + " is no silo of the roster");
        }
        if (purpose == Purpose.SHARE_RECEIPTS || purpose == Purpose.UNMASK_VOTE || purpose == Purpose.UNMASK_RESPONSE) {
            admitMember(registry, context, nowMillis);
        }
    }

    /** As members do among themselves: the roster must be the one in force, whatever the policy was. */
    private static void admitMember(RegistryView registry, Context context, long nowMillis) {
        Roster roster = registry.roster().orElseThrow();
        if (context.rosterEpoch() != roster.epoch()
                || !context.rosterDigest().equals(registry.rosterDigest().orElseThrow())) {
            throw new RejectedException(
                    Reason.WRONG_EPOCH, "roster epoch " + context.rosterEpoch() + ", now is " + roster.epoch());
        }
        if (roster.point(context.sender()) == 0) {
            throw new RejectedException(Reason.WRONG_SENDER, context.sender() + " has no seat in the committee");
        }
        if (registry.isRevoked(context.sender(), nowMillis)) {
            throw new RejectedException(Reason.REVOKED, context.sender() + " is revoked");
        }
    }

    /**
     * Whether the refusal may only mean that the registry's newest documents are still on their way: then the record waits.
     *
     * @param signed the record; empty if the refusal came before it was verified
     */
    static boolean mayPass(RegistryView registry, Optional<SignedRecord<? extends Message>> signed, Reason reason) {
        if (signed.isEmpty()) {
            return reason == Reason.UNKNOWN_SENDER;
        }
        Context context = signed.get().message().context();
        return switch (reason) {
            case UNKNOWN_MODEL -> true;
            case WRONG_EPOCH ->
                registry.roster().isEmpty()
                        || context.rosterEpoch() > registry.roster().get().epoch();
            case WRONG_POLICY ->
                registry.policy(context.model()).isEmpty()
                        || context.policySequence()
                                > registry.policy(context.model()).get().sequence();
            default -> false;
        };
    }
}
