package org.silofold.silo.member;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.TopicKind;
import org.silofold.schemas.Topics;

/**
 * Verifies records and hands them to the member: the sender is the party whose topic it is, the key the one enrolled for it. What is
 * ahead of the registry is left to wait.
 */
final class RecordIntake {
    private final Topics topics;
    private final RegistryCache registry;
    private final Member member;

    RecordIntake(Topics topics, RegistryCache registry, Member member) {
        this.topics = topics;
        this.registry = registry;
        this.member = member;
    }

    /** A record's value with whose it must be. */
    private record Claimed(byte[] value, TopicKind kind, String sender, VerifyingKey key) {
        <T extends Message> SignedRecord<T> open(Class<T> type, Purpose purpose) {
            return SignedRecords.open(type, purpose, value, sender, key, kind.limits());
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
        if (isNote(topic.kind(), record.key())) {
            return true;
        }
        String sender = topic.kind().perParty() ? topic.party() : now.roster().aggregator();
        VerifyingKey key = now.keys().get(sender);
        if (key == null) {
            return false;
        }
        requireNotRevoked(now, sender);
        Claimed claimed = new Claimed(record.value(), topic.kind(), sender, key);
        return switch (topic.kind()) {
            case MANIFESTS -> manifest(now, claimed.open(UpdateManifest.class, Purpose.UPDATE_MANIFEST), effects);
            case VOTES -> vote(now, claimed.open(UnmaskVote.class, Purpose.UNMASK_VOTE), effects);
            case UNMASK_REQUESTS -> request(now, claimed.open(UnmaskRequest.class, Purpose.UNMASK_REQUEST), effects);
            case MODEL_MANIFESTS -> published(now, claimed.open(ModelManifest.class, Purpose.MODEL_MANIFEST), effects);
            default -> throw new RejectedException(Reason.WRONG_PURPOSE, "a topic that members do not read");
        };
    }

    /** What the aggregator notes in its log for itself. */
    private static boolean isNote(TopicKind kind, byte[] key) {
        if (kind != TopicKind.UNMASK_REQUESTS && kind != TopicKind.MODEL_MANIFESTS) {
            return false;
        }
        Purpose purpose = kind.purpose(key);
        return purpose == Purpose.FENCE || purpose == Purpose.COHORT_BROKEN;
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
        if (now.isEpochBehind(context) || now.model(context.model()).isEmpty()) {
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
        for (byte[] refusal : request.message().abandonments()) {
            String sender = SignedRecords.reread(UnmaskVote.class, Purpose.UNMASK_VOTE, refusal)
                    .message()
                    .context()
                    .sender();
            VerifyingKey key = now.keys().get(sender);
            if (key == null) {
                throw new RejectedException(Reason.UNKNOWN_SENDER, "abandonments: no member is called " + sender);
            }
            requireNotRevoked(now, sender);
            Claimed claimed = new Claimed(refusal, TopicKind.VOTES, sender, key);
            effects.addAll(member.onVote(claimed.open(UnmaskVote.class, Purpose.UNMASK_VOTE)));
        }
        effects.addAll(member.onRequest(request));
        return true;
    }

    private boolean published(RegistrySnapshot now, SignedRecord<ModelManifest> manifest, List<MemberEffect> effects) {
        if (now.model(manifest.message().context().model()).isEmpty()) {
            return false;
        }
        effects.addAll(member.onModelManifest(manifest));
        return true;
    }
}
