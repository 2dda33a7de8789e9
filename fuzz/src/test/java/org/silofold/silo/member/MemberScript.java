package org.silofold.silo.member;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.silofold.fuzz.Choices;
import org.silofold.fuzz.Mutator;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Fence;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.StartId;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateWithdrawal;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.Topics;

/** What happens to a member, chosen by a fuzzer's bytes: each step is cheap to choose and goes far. */
final class MemberScript {
    private static final FuzzedFederation FEDERATION = MemberUnderTest.FEDERATION;
    private static final String SELF = MemberUnderTest.SELF;
    private static final Topics TOPICS = MemberUnderTest.TOPICS;
    private static final byte[] NO_PAYLOAD = {};
    private static final int KEPT = 16;

    private final MemberUnderTest member;
    private final List<byte[]> refusals = new ArrayList<>();
    private final List<Posted> posted = new ArrayList<>();
    private byte[] backup;

    private record Posted(String topic, byte[] record) {}

    MemberScript(MemberUnderTest member) {
        this.member = member;
        this.backup = member.backup();
    }

    void step(Choices choices) {
        switch (choices.below(13)) {
            case 0 -> manifest(choices);
            case 1 -> manifests(choices);
            case 2, 3 -> request(choices);
            case 4 -> vote(choices);
            case 5 -> quorum(choices);
            case 6 -> published(choices);
            case 7 -> withdrawal(choices);
            case 8 -> note(choices);
            case 9 -> again(choices);
            case 10 -> time(choices);
            case 11 -> lossOfMemory(choices);
            default -> member.deliver(topic(choices), choices.bytes(choices.below(128)));
        }
    }

    private List<FuzzedFederation.Update> updates(Choices choices) {
        int stage = member.registry.stage();
        return FEDERATION.updates.get(choices.oneIn(8) ? choices.below(FEDERATION.updates.size()) : stage);
    }

    private void manifest(Choices choices) {
        FuzzedFederation.Update update = choices.of(updates(choices));
        String silo = update.ref().silo();
        if (choices.oneIn(2)) {
            send(TOPICS.manifests(silo), silo, Mutator.message(update.manifest(), choices), update.payload());
        } else {
            post(TOPICS.manifests(silo), update.record());
        }
    }

    /** Many good ones at once. */
    private void manifests(Choices choices) {
        List<FuzzedFederation.Update> updates = updates(choices);
        int chosen = choices.below(256);
        for (int i = 0; i < 8; i++) {
            if ((chosen >> i & 1) == 1) {
                FuzzedFederation.Update update = updates.get(i);
                post(TOPICS.manifests(update.ref().silo()), update.record());
            }
        }
    }

    private List<UpdateRef> refs(Choices choices) {
        List<FuzzedFederation.Update> updates = updates(choices);
        Map<String, UpdateRef> bySilo = new TreeMap<>();
        for (int i = 0; i < 8; i += 2) {
            int which = choices.below(4);
            if (which < 3) {
                UpdateRef ref = updates.get(i + which % 2).ref();
                bySilo.put(ref.silo(), ref);
            }
        }
        if (choices.oneIn(6)) {
            UpdateRef bad = choices.of(updates).ref();
            bySilo.put(bad.silo(), bad);
        }
        return Cohort.of(List.copyOf(bySilo.values())).updates();
    }

    private void request(Choices choices) {
        UnmaskRequest request = new UnmaskRequest(
                context(Samples.AGGREGATOR, Purpose.UNMASK_REQUEST, choices),
                new Buffer(member.version() + 1, 1 + choices.below(3)),
                member.versionDigest(),
                refs(choices),
                member.now() + 60_000,
                choices.oneIn(3) ? refusals(choices) : List.of());
        UnmaskRequest sent = choices.oneIn(6) ? (UnmaskRequest) Mutator.message(request, choices) : request;
        member.oracle.requested(sent);
        send(TOPICS.unmaskRequests(), Samples.AGGREGATOR, sent, NO_PAYLOAD);
    }

    /** Refusals that were signed, and at times one that was not. */
    private List<byte[]> refusals(Choices choices) {
        List<byte[]> records = new ArrayList<>(refusals);
        if (choices.oneIn(4)) {
            records.add(choices.bytes(16));
        }
        return records;
    }

    private Digest cohort(Choices choices) {
        List<Digest> known = member.oracle.cohorts();
        if (known.isEmpty() || choices.oneIn(16)) {
            return Digest.ZERO;
        }
        return choices.oneIn(3) ? choices.of(known) : known.get(known.size() - 1);
    }

    private UnmaskVote answer(String name, Digest cohort, Optional<Reason> refused, Choices choices) {
        return new UnmaskVote(
                context(name, Purpose.UNMASK_VOTE, choices),
                member.oracle.buffer(cohort),
                cohort,
                refused,
                refused.isPresent() ? member.oracle.cohort(cohort) : List.of());
    }

    private void vote(Choices choices) {
        String name = choices.of(FuzzedFederation.MEMBERS);
        if (name.equals(SELF) && !choices.oneIn(4)) {
            name = FuzzedFederation.MEMBERS.get(1);
        }
        Optional<Reason> refused = choices.oneIn(2) ? Optional.of(Reason.EXPIRED) : Optional.empty();
        UnmaskVote vote = answer(name, cohort(choices), refused, choices);
        cast(name, choices.oneIn(4) ? (UnmaskVote) Mutator.message(vote, choices) : vote);
    }

    /** All the others say the same: a certificate, or an abandonment. */
    private void quorum(Choices choices) {
        Digest cohort = cohort(choices);
        Optional<Reason> refused = choices.oneIn(3) ? Optional.of(Reason.EXPIRED) : Optional.empty();
        for (String name : FuzzedFederation.MEMBERS) {
            if (!name.equals(SELF)) {
                cast(name, answer(name, cohort, refused, choices));
            }
        }
    }

    private void cast(String name, UnmaskVote vote) {
        sign(name, vote, NO_PAYLOAD).ifPresent(record -> {
            if (vote.refused().isPresent()) {
                refusals.add(record);
            }
            // Counted whether or not the record is refused: what is checked is that no fewer than t were ever sent.
            member.oracle.voted(vote, name);
            post(TOPICS.votes(name), record);
        });
    }

    private void published(Choices choices) {
        boolean isVoid = choices.oneIn(4);
        Digest cohort = cohort(choices);
        ModelManifest manifest = new ModelManifest(
                context(Samples.AGGREGATOR, Purpose.MODEL_MANIFEST, choices),
                member.version() + 1,
                member.versionDigest(),
                isVoid ? 0 : member.oracle.buffer(cohort).attempt(),
                isVoid ? List.of() : member.oracle.cohort(cohort),
                Digest.ZERO,
                1,
                FEDERATION.specDigest(),
                isVoid ? 0 : 1,
                List.of(),
                "fedavg",
                Digest.ZERO,
                Optional.empty(),
                isVoid ? Optional.of(MemberUnderTest.VOID.document()) : Optional.empty());
        sendMaybeChanged(TOPICS.modelManifests(), Samples.AGGREGATOR, manifest, choices);
    }

    private void withdrawal(Choices choices) {
        UpdateRef ref = choices.of(updates(choices)).ref();
        UpdateWithdrawal withdrawal = new UpdateWithdrawal(
                context(ref.silo(), Purpose.UPDATE_WITHDRAWAL, choices), ref.updateId(), ref.manifestDigest());
        sendMaybeChanged(TOPICS.withdrawals(ref.silo()), ref.silo(), withdrawal, choices);
    }

    /** The aggregator gives a cohort up, or starts anew; or somebody with the member's own key promises for it. */
    private void note(Choices choices) {
        switch (choices.below(4)) {
            case 0 -> {
                Fence fence = new Fence(context(Samples.AGGREGATOR, Purpose.FENCE, choices), new StartId(1, 2));
                String topic = choices.oneIn(2) ? TOPICS.modelManifests() : TOPICS.unmaskRequests();
                sendMaybeChanged(topic, Samples.AGGREGATOR, fence, choices);
            }
            case 1 -> {
                UpdateRef ref = choices.of(updates(choices)).ref();
                NeverVoted never = new NeverVoted(context(SELF, Purpose.NEVER_VOTED, choices), List.of(ref));
                sendMaybeChanged(TOPICS.neverVoted(SELF), SELF, never, choices);
            }
            default -> {
                Digest cohort = cohort(choices);
                CohortBroken broken = new CohortBroken(
                        context(Samples.AGGREGATOR, Purpose.COHORT_BROKEN, choices),
                        member.oracle.buffer(cohort),
                        cohort,
                        Reason.SUM_OUT_OF_BOUNDS);
                sendMaybeChanged(TOPICS.modelManifests(), Samples.AGGREGATOR, broken, choices);
            }
        }
    }

    /** A record that came before: the same, in another topic, or damaged. */
    private void again(Choices choices) {
        if (posted.isEmpty()) {
            return;
        }
        Posted before = choices.of(posted);
        switch (choices.below(4)) {
            case 0 -> member.deliver(topic(choices), before.record());
            case 1 -> {
                byte[] record = before.record().clone();
                record[choices.below(record.length)] ^= (byte) (1 + choices.below(255));
                member.deliver(before.topic(), record);
            }
            default -> member.deliver(before.topic(), before.record());
        }
    }

    private void time(Choices choices) {
        switch (choices.below(3)) {
            case 0 -> member.crash();
            case 1 -> member.nextStage();
            default -> member.pass(choices.of(List.of(1L, 1_000L, 61_000L, 700_000L)));
        }
    }

    private void lossOfMemory(Choices choices) {
        if (choices.oneIn(2)) {
            backup = member.backup();
        } else {
            member.restore(backup);
        }
    }

    private static String topic(Choices choices) {
        String party = choices.of(FuzzedFederation.MEMBERS);
        return choices.of(List.of(
                TOPICS.manifests(party),
                TOPICS.votes(party),
                TOPICS.unmaskRequests(),
                TOPICS.modelManifests(),
                TOPICS.withdrawals(party),
                TOPICS.responses(SELF),
                TOPICS.neverVoted(SELF),
                TOPICS.registry(),
                "no.topic"));
    }

    private Context context(String sender, Purpose purpose, Choices choices) {
        int stage = choices.oneIn(16) ? choices.below(FEDERATION.stages.size()) : member.registry.stage();
        return FEDERATION.context(stage, sender, purpose);
    }

    private void sendMaybeChanged(String topic, String sender, Message message, Choices choices) {
        send(topic, sender, choices.oneIn(3) ? Mutator.message(message, choices) : message, NO_PAYLOAD);
    }

    private void send(String topic, String sender, Message message, byte[] payload) {
        sign(sender, message, payload).ifPresent(record -> post(topic, record));
    }

    private static Optional<byte[]> sign(String sender, Message message, byte[] payload) {
        return FEDERATION.signing.record(message, payload, FEDERATION.identities.get(sender));
    }

    private void post(String topic, byte[] record) {
        if (posted.size() == KEPT) {
            posted.remove(0);
        }
        posted.add(new Posted(topic, record));
        member.deliver(topic, record);
    }
}
