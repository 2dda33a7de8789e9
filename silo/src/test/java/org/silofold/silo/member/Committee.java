package org.silofold.silo.member;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.cohort.RequestTimes;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.kem.KemPublicKey;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateWithdrawal;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.SignedRecord;

/**
 * Four members over real stores and with real KEM keys. Shares come in manifests, or are put into the stores directly where only the
 * answers matter. Records are taken as verified.
 */
final class Committee implements AutoCloseable {
    static final List<String> NAMES = Samples.SILOS.subList(0, 4);

    /** How long a withdrawal waits, under {@link Samples#policy}. */
    static final long OUTLASTS = RequestTimes.openAfterWithdrawal(Samples.policy(1, 2, 4, 1, 4));

    private final Path directory;
    private final Map<String, KemPrivateKey> keys = new LinkedHashMap<>();
    private final Map<String, MemberStore> stores = new LinkedHashMap<>();
    private final Map<String, Member> members = new LinkedHashMap<>();
    final TestChain chain = new TestChain();
    long now = Samples.NOW;
    RegistrySnapshot registry = Samples.registry(1, Samples.policy(1, 2, 4, 1, 4));

    Committee(Path directory) {
        this.directory = directory;
        NAMES.forEach(this::start);
        for (String name : NAMES) {
            for (long version = 0; version < 5; version++) {
                store(name).addVersion(Samples.MODEL, Samples.link(version), Samples.RECORD);
            }
        }
    }

    /** Lets so much time go by that no request from before a withdrawal is open any more. */
    List<MemberEffect> outlastRequests(String name) {
        now += OUTLASTS;
        return member(name).tick();
    }

    private void start(String name) {
        MemberStore store = MemberStore.open(directory.resolve(name + ".db"));
        keys.put(name, KemPrivateKey.generate(Suite.ML_KEM_768_ML_DSA_65));
        start(name, store).resume();
    }

    private Member start(String name, MemberStore store) {
        Member member = new Member(name, store, () -> registry, epoch -> keys.get(name), chain, new TestClock());
        stores.put(name, store);
        members.put(name, member);
        return member;
    }

    /** Stops a member; it starts again without anything that it knew but the chain. */
    Member loseMemory(String name) {
        store(name).close();
        try {
            Files.delete(directory.resolve(name + ".db"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        MemberStore store = MemberStore.open(directory.resolve(name + ".db"));
        for (long version = 0; version < 5; version++) {
            store.addVersion(Samples.MODEL, Samples.link(version), Samples.RECORD);
        }
        return start(name, store);
    }

    /** Stops a member and starts it on its store; gives what it says again. */
    List<MemberEffect> restart(String name) {
        store(name).close();
        return start(name, MemberStore.open(directory.resolve(name + ".db"))).resume();
    }

    /** From now on this party is revoked. */
    void revoke(String party) {
        registry = new RegistrySnapshot(
                "demo",
                Samples.roster(1),
                Samples.ROSTER_DIGEST,
                registry.models(),
                registry.organisations(),
                registry.keys(),
                Set.of(party));
    }

    /** The members' public keys, in the order of their seats. */
    List<KemPublicKey> publicKeys() {
        return NAMES.stream().map(name -> keys.get(name).publicKey()).toList();
    }

    Member member(String name) {
        return members.get(name);
    }

    MemberStore store(String name) {
        return stores.get(name);
    }

    /** Share words of one update at one member, below q and different everywhere. */
    static byte[] share(String member, UpdateRef ref) {
        int[] words = new int[ParameterSet.MASK_2048_32.n()];
        Arrays.fill(words, Samples.digest(member + ref).toBytes()[0] & 0x7f);
        words[7] = -(2 << 20);
        ByteBuffer bytes = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(words);
        return bytes.array();
    }

    /** The member accepted this update's share. */
    void hold(String name, UpdateRef... refs) {
        for (UpdateRef ref : refs) {
            store(name).shares().add(Samples.held(ref, 4), share(name, ref));
        }
    }

    void allHold(UpdateRef... refs) {
        NAMES.forEach(name -> hold(name, refs));
    }

    static Digest digest(int attempt, UpdateRef... refs) {
        UnmaskRequest request = request(attempt, refs).message();
        return Cohort.of(request.cohort())
                .digest(request.context(), request.buffer(), request.previousManifestDigest());
    }

    /** A request for version 5. */
    static SignedRecord<UnmaskRequest> request(int attempt, UpdateRef... refs) {
        return request(attempt, Samples.NOW + 60_000, refs);
    }

    static SignedRecord<UnmaskRequest> request(int attempt, long expiry, UpdateRef... refs) {
        return signed(new UnmaskRequest(
                Samples.context(Samples.AGGREGATOR, Purpose.UNMASK_REQUEST, 1, 1),
                new Buffer(5, attempt),
                Samples.version(4),
                List.of(refs),
                expiry,
                List.of()));
    }

    static SignedRecord<UnmaskVote> vote(String member, Digest cohort) {
        return signed(new UnmaskVote(
                Samples.context(member, Purpose.UNMASK_VOTE, 1, 1),
                new Buffer(5, 1),
                cohort,
                Optional.empty(),
                List.of()));
    }

    static SignedRecord<UnmaskVote> refusal(String member, Digest cohort) {
        return signed(new UnmaskVote(
                Samples.context(member, Purpose.UNMASK_VOTE, 1, 1),
                new Buffer(5, 1),
                cohort,
                Optional.of(Reason.EXPIRED),
                List.of()));
    }

    static SignedRecord<ModelManifest> published(int attempt, UpdateRef... refs) {
        return published(5, Samples.version(4), Samples.version(5), attempt, refs);
    }

    static SignedRecord<ModelManifest> published(
            long version, Digest previous, Digest digest, int attempt, UpdateRef... refs) {
        ModelManifest manifest = new ModelManifest(
                Samples.context(Samples.AGGREGATOR, Purpose.MODEL_MANIFEST, 1, 1),
                version,
                previous,
                attempt,
                List.of(refs),
                Digest.ZERO,
                1,
                Samples.SPEC_DIGEST,
                1.0,
                List.of(),
                "fedavg",
                Digest.ZERO,
                Optional.empty(),
                Optional.empty());
        return new SignedRecord<>(manifest, new byte[0], digest, Samples.RECORD, 0, 0);
    }

    static SignedRecord<UpdateWithdrawal> withdrawal(UpdateRef ref) {
        return signed(new UpdateWithdrawal(
                Samples.context(ref.silo(), Purpose.UPDATE_WITHDRAWAL, 1, 1), ref.updateId(), ref.manifestDigest()));
    }

    static SignedRecord<NeverVoted> neverVoted(String member, UpdateRef... refs) {
        return signed(new NeverVoted(Samples.context(member, Purpose.NEVER_VOTED, 1, 1), List.of(refs)));
    }

    static SignedRecord<UnmaskResponse> response(String member, Digest cohort) {
        return signed(new UnmaskResponse(
                Samples.context(member, Purpose.UNMASK_RESPONSE, 1, 1), new Buffer(5, 1), cohort, Digest.ZERO));
    }

    static SignedRecord<CohortBroken> broken(Digest cohort) {
        return signed(new CohortBroken(
                Samples.context(Samples.AGGREGATOR, Purpose.COHORT_BROKEN, 1, 1),
                new Buffer(5, 1),
                cohort,
                Reason.COHORT_BROKEN));
    }

    /** A version that repeats the one before it, whose shards' root is {@link Digest#ZERO}. */
    static SignedRecord<ModelManifest> empty(long version, Digest previous, Digest digest, Digest document) {
        ModelManifest opened = published(version, previous, digest, 0).message();
        ModelManifest manifest = new ModelManifest(
                opened.context(),
                version,
                previous,
                0,
                List.of(),
                opened.shardsRoot(),
                opened.shardCount(),
                opened.modelSpecDigest(),
                0,
                List.of(),
                opened.optimizer(),
                Digest.ZERO,
                Optional.empty(),
                Optional.of(document));
        return new SignedRecord<>(manifest, new byte[0], digest, Samples.RECORD, 0, 0);
    }

    /** The updates that effects promise never to vote for. */
    static List<UpdateRef> promised(List<MemberEffect> effects) {
        return effects.stream()
                .filter(MemberEffect.SendNeverVoted.class::isInstance)
                .map(effect -> ((MemberEffect.SendNeverVoted) effect).update())
                .toList();
    }

    private static <T extends Message> SignedRecord<T> signed(T message) {
        return new SignedRecord<>(message, new byte[0], Samples.digest(message.toString()), new byte[0], 0, 0);
    }

    static List<UnmaskVote> votes(List<MemberEffect> effects) {
        List<UnmaskVote> votes = new ArrayList<>();
        for (MemberEffect effect : effects) {
            if (effect instanceof MemberEffect.SendVote vote) {
                votes.add(vote.vote());
            }
        }
        return votes;
    }

    static List<MemberEffect.SendResponse> responses(List<MemberEffect> effects) {
        return effects.stream()
                .filter(MemberEffect.SendResponse.class::isInstance)
                .map(MemberEffect.SendResponse.class::cast)
                .toList();
    }

    @Override
    public void close() {
        keys.values().forEach(KemPrivateKey::close);
        stores.values().forEach(MemberStore::close);
    }

    /** Shows {@link Committee#now}. */
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
