package org.silofold.silo.member;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.silofold.fuzz.Choices;
import org.silofold.fuzz.Mutator;
import org.silofold.fuzz.Oracle;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.envelope.Frame;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateWithdrawal;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.Topics;
import org.silofold.schemas.codec.HeaderCodec;
import org.silofold.schemas.codec.RawHeaders;

/**
 * One member over a real store, and what it has promised so far. After every step: a refused record changed nothing, a cohort has one
 * answer, no share left without t votes, and no update is in two cohorts that shares left for.
 */
final class MemberUnderTest implements AutoCloseable {
    private static final FuzzedFederation FEDERATION = new FuzzedFederation();
    private static final String SELF = FuzzedFederation.MEMBERS.get(0);
    private static final int THRESHOLD = 3;
    private static final Topics TOPICS = new Topics("");

    private final Path file;
    private final Map<Digest, List<UpdateRef>> cohorts = new LinkedHashMap<>();
    private final Map<Digest, Buffer> buffers = new HashMap<>();
    private final Map<Digest, Set<String>> votes = new HashMap<>();
    private final Map<Digest, Optional<Reason>> answers = new HashMap<>();
    private final Set<Digest> responses = new HashSet<>();
    private final Set<List<Object>> neverVoted = new HashSet<>();
    private final List<byte[]> refusals = new ArrayList<>();
    private List<String> held = List.of();
    private MemberStore store;
    private Member member;
    private RecordIntake intake;
    private long now = FuzzedFederation.NOW;

    MemberUnderTest() {
        try {
            file = Files.createTempFile("member", ".db");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        start();
        for (long version = 0; version < 5; version++) {
            store.addVersion(Samples.MODEL, Samples.link(version), Samples.RECORD);
        }
        check(member.tick());
        held = StoreDump.of(store);
    }

    private void start() {
        store = MemberStore.open(file);
        RegistryCache registry = new RegistryCache(FEDERATION.registry, new TestClock());
        member = new Member(
                SELF, store, registry::get, epoch -> FEDERATION.kemKeys.get(SELF), new TestChain(), new TestClock());
        intake = new RecordIntake(SELF, TOPICS, registry, member, ignored -> {});
        check(member.resume());
    }

    void step(Choices choices) {
        switch (choices.below(9)) {
            case 0, 1 -> manifest(choices);
            case 7 -> withdrawalOrNote(choices);
            case 2 -> request(choices);
            case 3, 4 -> vote(choices);
            case 5 -> published(choices);
            case 6 -> time(choices);
            default -> deliver(topic(choices), choices.bytes(choices.below(128)));
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

    private void manifest(Choices choices) {
        FuzzedFederation.Update update = choices.of(FEDERATION.updates);
        String silo = update.ref().silo();
        if (choices.oneIn(3)) {
            send(TOPICS.manifests(silo), silo, update.manifest(), update.payload(), choices);
        } else {
            deliver(TOPICS.manifests(silo), update.record());
        }
    }

    private List<UpdateRef> refs(Choices choices) {
        List<UpdateRef> refs = new ArrayList<>();
        int chosen = choices.below(256);
        for (int i = 0; i < 8; i++) {
            if ((chosen >> i & 1) == 1) {
                refs.add(FEDERATION.updates.get(i).ref());
            }
        }
        return Cohort.of(refs).updates();
    }

    private void request(Choices choices) {
        UnmaskRequest request = new UnmaskRequest(
                FEDERATION.context(Samples.AGGREGATOR, Purpose.UNMASK_REQUEST),
                new Buffer(5, 1 + choices.below(3)),
                Samples.version(4),
                refs(choices),
                now + 60_000,
                choices.oneIn(2) ? abandonments(choices) : List.of());
        Message sent = choices.oneIn(4) ? Mutator.message(request, choices) : request;
        UnmaskRequest due = (UnmaskRequest) sent;
        Digest digest = digest(due);
        cohorts.put(digest, due.cohort());
        buffers.put(digest, due.buffer());
        send(TOPICS.unmaskRequests(), Samples.AGGREGATOR, sent, new byte[0]);
    }

    /** Refusals that were signed, and at times one that was not. */
    private List<byte[]> abandonments(Choices choices) {
        List<byte[]> records = new ArrayList<>(refusals);
        if (choices.oneIn(4)) {
            records.add(choices.bytes(16));
        }
        return records;
    }

    private static Digest digest(UnmaskRequest request) {
        try {
            return Cohort.of(request.cohort())
                    .digest(request.context(), request.buffer(), request.previousManifestDigest());
        } catch (RejectedException e) {
            return Digest.ZERO;
        }
    }

    private void vote(Choices choices) {
        List<Digest> known = new ArrayList<>(cohorts.keySet());
        known.add(Digest.ZERO);
        Digest digest = choices.of(known);
        String name = choices.of(FuzzedFederation.MEMBERS);
        if (name.equals(SELF) && !choices.oneIn(4)) {
            name = FuzzedFederation.MEMBERS.get(1);
        }
        boolean refuses = choices.oneIn(4);
        UnmaskVote vote = new UnmaskVote(
                FEDERATION.context(name, Purpose.UNMASK_VOTE),
                buffers.getOrDefault(digest, new Buffer(5, 1)),
                digest,
                refuses ? Optional.of(Reason.EXPIRED) : Optional.empty(),
                List.of());
        if (choices.oneIn(6)) {
            vote = (UnmaskVote) Mutator.message(vote, choices);
        }
        byte[] record = signed(name, vote, new byte[0]);
        if (record == null) {
            return;
        }
        if (refuses) {
            refusals.add(record);
        }
        if (vote.refused().isEmpty()) {
            // Counted whether or not the record is refused: what is checked is that no fewer than t were ever sent.
            votes.computeIfAbsent(vote.cohortDigest(), any -> new HashSet<>()).add(name);
        }
        deliver(TOPICS.votes(name), record);
    }

    private void published(Choices choices) {
        ModelManifest manifest = new ModelManifest(
                FEDERATION.context(Samples.AGGREGATOR, Purpose.MODEL_MANIFEST),
                5,
                Samples.version(4),
                1 + choices.below(3),
                refs(choices),
                Digest.ZERO,
                1,
                FEDERATION.view.modelSpecDigest(Samples.MODEL).orElseThrow(),
                1.0,
                List.of(),
                "fedavg",
                Digest.ZERO,
                Optional.empty(),
                Optional.empty());
        if (choices.oneIn(2)) {
            send(TOPICS.modelManifests(), Samples.AGGREGATOR, manifest, new byte[0], choices);
        } else {
            send(TOPICS.modelManifests(), Samples.AGGREGATOR, manifest, new byte[0]);
        }
    }

    /** A silo takes an update back, or the aggregator gives a cohort up. */
    private void withdrawalOrNote(Choices choices) {
        if (choices.oneIn(2)) {
            List<Digest> known = new ArrayList<>(cohorts.keySet());
            known.add(Digest.ZERO);
            Digest digest = choices.of(known);
            CohortBroken broken = new CohortBroken(
                    FEDERATION.context(Samples.AGGREGATOR, Purpose.COHORT_BROKEN),
                    buffers.getOrDefault(digest, new Buffer(5, 1)),
                    digest,
                    Reason.SUM_OUT_OF_BOUNDS);
            sendMaybeChanged(TOPICS.modelManifests(), Samples.AGGREGATOR, broken, choices);
        } else {
            UpdateRef ref = choices.of(FEDERATION.updates).ref();
            UpdateWithdrawal withdrawal = new UpdateWithdrawal(
                    FEDERATION.context(ref.silo(), Purpose.UPDATE_WITHDRAWAL), ref.updateId(), ref.manifestDigest());
            sendMaybeChanged(TOPICS.withdrawals(ref.silo()), ref.silo(), withdrawal, choices);
        }
    }

    private void sendMaybeChanged(String topic, String sender, Message message, Choices choices) {
        send(topic, sender, choices.oneIn(3) ? Mutator.message(message, choices) : message, new byte[0]);
    }

    private void time(Choices choices) {
        if (choices.oneIn(2)) {
            store.close();
            start();
        } else {
            now += choices.of(List.of(1L, 1000L, 61_000L, 700_000L));
            check(member.tick());
        }
        held = StoreDump.of(store);
    }

    private void send(String topic, String sender, Message message, byte[] payload, Choices choices) {
        send(topic, sender, Mutator.message(message, choices), payload);
    }

    private void send(String topic, String sender, Message message, byte[] payload) {
        byte[] record = signed(sender, message, payload);
        if (record != null) {
            deliver(topic, record);
        }
    }

    private static byte[] signed(String sender, Message message, byte[] payload) {
        Purpose purpose = Arrays.stream(Purpose.values())
                .filter(known -> HeaderCodec.messageType(known).isInstance(message))
                .findFirst()
                .orElseThrow();
        return RawHeaders.encode(purpose, message)
                .map(header ->
                        Frame.encode(header, FEDERATION.identities.get(sender).sign(purpose, header), payload))
                .orElse(null);
    }

    private void deliver(String topic, byte[] value) {
        List<MemberEffect> effects = new ArrayList<>();
        try {
            intake.handle(new ConsumerRecord<>(topic, 0, 0, new byte[0], value), effects);
            held = StoreDump.of(store);
        } catch (RejectedException e) {
            Oracle.require(StoreDump.of(store).equals(held), "a refused record changed the store: " + e.getMessage());
            Oracle.require(effects.isEmpty(), "a refused record had effects: " + e.getMessage());
        }
        check(effects);
    }

    private void check(List<MemberEffect> effects) {
        for (MemberEffect effect : effects) {
            if (effect instanceof MemberEffect.SendVote vote) {
                UnmaskVote said = vote.vote();
                HeaderCodec.encode(said);
                Optional<Reason> before = answers.putIfAbsent(said.cohortDigest(), said.refused());
                Oracle.require(before == null || before.equals(said.refused()), "two answers to one cohort");
                if (said.refused().isEmpty()) {
                    requireNoPromise(said.cohortDigest(), before == null);
                    votes.computeIfAbsent(said.cohortDigest(), any -> new HashSet<>())
                            .add(SELF);
                }
            } else if (effect instanceof MemberEffect.SendNeverVoted promise) {
                neverVoted.add(List.of(promise.update().silo(), promise.update().updateId()));
            } else if (effect instanceof MemberEffect.SendResponse response) {
                HeaderCodec.encode(response.response());
                respond(response.response().cohortDigest());
            }
        }
    }

    /** Who said of an update that it never voted for it does not vote for it any more. */
    private void requireNoPromise(Digest cohort, boolean isNew) {
        for (UpdateRef ref : cohorts.get(cohort)) {
            Oracle.require(
                    !isNew || !neverVoted.contains(List.of(ref.silo(), ref.updateId())),
                    "a vote for an update that it had promised never to vote for");
        }
    }

    private void respond(Digest cohort) {
        Oracle.require(votes.getOrDefault(cohort, Set.of()).size() >= THRESHOLD, "a share left without t votes");
        responses.add(cohort);
        Set<List<Object>> updates = new HashSet<>();
        for (Digest opened : responses) {
            for (UpdateRef ref : cohorts.get(opened)) {
                Oracle.require(
                        updates.add(List.of(ref.silo(), ref.updateId())), "an update's share left for two cohorts");
            }
        }
    }

    @Override
    public void close() {
        store.close();
        for (String suffix : List.of("", "-wal", "-shm")) {
            try {
                Files.deleteIfExists(Path.of(file + suffix));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Shows {@link #now}. */
    private final class TestClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(now);
        }
    }
}
