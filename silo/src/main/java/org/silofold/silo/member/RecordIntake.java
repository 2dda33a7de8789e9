package org.silofold.silo.member;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Fence;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateWithdrawal;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.TopicKind;
import org.silofold.schemas.Topics;

/**
 * Verifies records and hands them to the member: the sender is the party whose topic it is, the key the one enrolled for it. Which message
 * a record of the aggregator's holds, its signature says (the purpose is signed), never its Kafka key, which anyone may have changed. What
 * is ahead of the registry, or of its chain, is left to wait.
 */
final class RecordIntake {
    private final String self;
    private final Topics topics;
    private final RegistryCache registry;
    private final Member member;
    private final Consumer<String> ignored;

    /** @param ignored is told of a part of a record that was ignored, in one line */
    RecordIntake(String self, Topics topics, RegistryCache registry, Member member, Consumer<String> ignored) {
        this.self = self;
        this.topics = topics;
        this.registry = registry;
        this.member = member;
        this.ignored = ignored;
    }

    /** A record's value with whose it must be. */
    private record Claimed(byte[] value, TopicKind kind, String sender, VerifyingKey key) {
        <T extends Message> SignedRecord<T> open(Class<T> type, Purpose purpose) {
            return SignedRecords.open(type, purpose, value, sender, key, kind.limits());
        }

        /** As {@link #open}, but empty if it was not signed for this purpose. */
        <T extends Message> Optional<SignedRecord<T>> openIf(Class<T> type, Purpose purpose) {
            try {
                return Optional.of(open(type, purpose));
            } catch (RejectedException e) {
                if (e.reason() == Reason.BAD_SIGNATURE) {
                    return Optional.empty();
                }
                throw e;
            }
        }
    }

    /**
     * Takes a record.
     *
     * @param effects what came of it is added here
     * @return false if the registry is behind what the record names: try again later
     * @throws RejectedException if the record is not what it should be
     */
    boolean handle(ConsumerRecord<byte[], byte[]> record, List<MemberEffect> effects) {
        RegistrySnapshot now = registry.get();
        Topics.Parsed topic = topics.parse(record.topic())
                .orElseThrow(() -> new RejectedException(Reason.WRONG_PURPOSE, "a topic of no kind"));
        String sender = topic.kind().perParty() ? topic.party() : now.roster().aggregator();
        VerifyingKey key = now.keys().get(sender);
        if (key == null) {
            return false;
        }
        if (!sender.equals(self)) {
            requireNotRevoked(now, sender);
        }
        Claimed claimed = new Claimed(record.value(), topic.kind(), sender, key);
        return switch (topic.kind()) {
            case MANIFESTS -> manifest(now, claimed.open(UpdateManifest.class, Purpose.UPDATE_MANIFEST), effects);
            case VOTES -> vote(now, claimed.open(UnmaskVote.class, Purpose.UNMASK_VOTE), effects);
            case WITHDRAWALS ->
                withdrawal(now, claimed.open(UpdateWithdrawal.class, Purpose.UPDATE_WITHDRAWAL), effects);
            case NEVER_VOTED -> ownNeverVoted(now, claimed.open(NeverVoted.class, Purpose.NEVER_VOTED));
            case RESPONSES -> ownResponse(now, claimed.open(UnmaskResponse.class, Purpose.UNMASK_RESPONSE));
            case UNMASK_REQUESTS -> requests(now, claimed, effects);
            case MODEL_MANIFESTS -> manifests(now, claimed, effects);
            default -> throw new RejectedException(Reason.WRONG_PURPOSE, "a topic that members do not read");
        };
    }

    /**
     * As {@link #handle}, for what the member's own topics hold when it starts. What its key did not sign is turned away too, but may show
     * that the member has forgotten what it said: under the key that it had before it was enrolled anew.
     */
    boolean handleOwn(ConsumerRecord<byte[], byte[]> record, List<MemberEffect> effects) {
        try {
            return handle(record, effects);
        } catch (RejectedException e) {
            if (e.reason() == Reason.BAD_SIGNATURE) {
                recall(record);
            }
            throw e;
        }
    }

    private void recall(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        TopicKind kind = topics.parse(record.topic()).orElseThrow().kind();
        if (kind == TopicKind.VOTES) {
            member.onOwnVote(SignedRecords.reread(UnmaskVote.class, Purpose.UNMASK_VOTE, value));
        } else if (kind == TopicKind.RESPONSES) {
            member.onOwnResponse(SignedRecords.reread(UnmaskResponse.class, Purpose.UNMASK_RESPONSE, value));
        } else if (kind == TopicKind.NEVER_VOTED) {
            member.onOwnNeverVoted(SignedRecords.reread(NeverVoted.class, Purpose.NEVER_VOTED, value));
        }
    }

    private boolean requests(RegistrySnapshot now, Claimed claimed, List<MemberEffect> effects) {
        Optional<SignedRecord<UnmaskRequest>> request = claimed.openIf(UnmaskRequest.class, Purpose.UNMASK_REQUEST);
        if (request.isEmpty()) {
            claimed.open(Fence.class, Purpose.FENCE);
            return true;
        }
        return request(now, request.get(), effects);
    }

    private boolean manifests(RegistrySnapshot now, Claimed claimed, List<MemberEffect> effects) {
        Optional<SignedRecord<ModelManifest>> manifest = claimed.openIf(ModelManifest.class, Purpose.MODEL_MANIFEST);
        if (manifest.isPresent()) {
            return published(now, manifest.get(), effects);
        }
        Optional<SignedRecord<CohortBroken>> broken = claimed.openIf(CohortBroken.class, Purpose.COHORT_BROKEN);
        if (broken.isPresent()) {
            return broken(now, broken.get(), effects);
        }
        claimed.open(Fence.class, Purpose.FENCE);
        return true;
    }

    private boolean broken(RegistrySnapshot now, SignedRecord<CohortBroken> broken, List<MemberEffect> effects) {
        Context context = broken.message().context();
        if (isUnknown(now, context)) {
            return false;
        }
        effects.addAll(member.onCohortBroken(broken));
        return true;
    }

    private boolean withdrawal(
            RegistrySnapshot now, SignedRecord<UpdateWithdrawal> withdrawal, List<MemberEffect> effects) {
        if (isUnknown(now, withdrawal.message().context())) {
            return false;
        }
        effects.addAll(member.onWithdrawal(withdrawal));
        return true;
    }

    private boolean ownNeverVoted(RegistrySnapshot now, SignedRecord<NeverVoted> never) {
        if (isUnknown(now, never.message().context())) {
            return false;
        }
        member.onOwnNeverVoted(never);
        return true;
    }

    private boolean ownResponse(RegistrySnapshot now, SignedRecord<UnmaskResponse> response) {
        if (isUnknown(now, response.message().context())) {
            return false;
        }
        member.onOwnResponse(response);
        return true;
    }

    /** Whether the registry may not have heard of the epoch or the model yet; the policy sequence of a member's words decides nothing. */
    private static boolean isUnknown(RegistrySnapshot now, Context context) {
        return now.isEpochBehind(context) || now.model(context.model()).isEmpty();
    }

    private static void requireNotRevoked(RegistrySnapshot now, String sender) {
        if (now.revoked().contains(sender)) {
            throw new RejectedException(Reason.REVOKED, sender + " is revoked or outside its validity");
        }
    }

    private boolean manifest(RegistrySnapshot now, SignedRecord<UpdateManifest> manifest, List<MemberEffect> effects) {
        if (now.isBehind(manifest.message().context())) {
            return false;
        }
        effects.addAll(member.onManifest(manifest));
        return true;
    }

    /** A vote's policy sequence says nothing about the cohort: only the epoch must be known. */
    private boolean vote(RegistrySnapshot now, SignedRecord<UnmaskVote> vote, List<MemberEffect> effects) {
        Context context = vote.message().context();
        if (isUnknown(now, context)) {
            return false;
        }
        effects.addAll(member.onVote(vote));
        return true;
    }

    /** A request carries the refusals that free its updates: they count whether or not the members' topics showed them. */
    private boolean request(RegistrySnapshot now, SignedRecord<UnmaskRequest> request, List<MemberEffect> effects) {
        if (now.isBehind(request.message().context())) {
            return false;
        }
        // Before anything that it carries counts: a request that is refused changes nothing.
        now.requireEpoch(request.message().context());
        for (byte[] refusal : request.message().abandonments()) {
            try {
                effects.addAll(member.onVote(carried(now, refusal)));
            } catch (RejectedException e) {
                ignored.accept("a refusal that a request carries: " + e.getMessage());
            }
        }
        effects.addAll(member.onRequest(request));
        return true;
    }

    /** A refusal that a request carries, verified as if it had come on its member's topic. */
    private static SignedRecord<UnmaskVote> carried(RegistrySnapshot now, byte[] refusal) {
        String sender = SignedRecords.reread(UnmaskVote.class, Purpose.UNMASK_VOTE, refusal)
                .message()
                .context()
                .sender();
        VerifyingKey key = now.keys().get(sender);
        if (key == null) {
            throw new RejectedException(Reason.UNKNOWN_SENDER, "no member is called " + sender);
        }
        requireNotRevoked(now, sender);
        return new Claimed(refusal, TopicKind.VOTES, sender, key).open(UnmaskVote.class, Purpose.UNMASK_VOTE);
    }

    private boolean published(RegistrySnapshot now, SignedRecord<ModelManifest> manifest, List<MemberEffect> effects) {
        Context context = manifest.message().context();
        boolean behind =
                now.model(context.model()).isEmpty() || context.policySequence() > now.policySequence(context.model());
        if (behind || member.isEarly(manifest)) {
            return false;
        }
        effects.addAll(member.onModelManifest(manifest));
        return true;
    }
}
