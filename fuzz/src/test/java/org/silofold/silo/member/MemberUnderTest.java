package org.silofold.silo.member;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.silofold.fuzz.Oracle;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.Topics;
import org.silofold.silo.chain.ChainTerms;

/**
 * One member over a real store in memory. Every record goes through its intake, signatures and all; what is refused changes nothing, not even
 * for a moment. What the member says stands in its topics, from which it is told again after its store was put back.
 */
final class MemberUnderTest {
    static final FuzzedFederation FEDERATION = new FuzzedFederation();
    static final String SELF = FuzzedFederation.MEMBERS.get(0);
    static final Topics TOPICS = new Topics("");

    /** Version 5 may be void. */
    static final ChainTerms.AllowedVoid VOID = new ChainTerms.AllowedVoid(Samples.digest("void"), Samples.version(4));

    private static final int BASE = 16 << 20;
    /** An unmask request of a mebibyte carries some two hundred signed refusals. */
    private static final int BY_BYTE = 64;

    private static final MemoryStore MEMORY = new MemoryStore();
    private static final byte[] FRESH = fresh();

    private static final byte[] NO_PAYLOAD = {};

    /** What the member said, in its own topics; signed when somebody reads it. */
    private record Said(String topic, Message message, byte[] payload) {
        byte[] record() {
            return FEDERATION
                    .signing
                    .record(message, payload, FEDERATION.identities.get(SELF))
                    .orElseThrow();
        }
    }

    final StagedRegistry registry = new StagedRegistry(FEDERATION.stages);
    final MemberOracle oracle = new MemberOracle(MEMORY.store(), registry);
    private final TestChain chain = new TestChain(FEDERATION.specDigest());
    private final List<Said> said = new ArrayList<>();
    private Member member;
    private RecordIntake intake;
    private long now = FuzzedFederation.NOW;

    MemberUnderTest() {
        MEMORY.restore(FRESH);
        chain.voids.put(5L, VOID);
        start();
        resume();
        check(event(0, () -> member.tick()));
    }

    private static byte[] fresh() {
        for (long version = 0; version < 5; version++) {
            MEMORY.store().addVersion(Samples.MODEL, Samples.link(version), Samples.RECORD);
        }
        return MEMORY.image();
    }

    private void start() {
        RegistryCache cache = new RegistryCache(registry, new TestClock());
        member = new Member(
                SELF,
                MEMORY.store(),
                cache::get,
                epoch -> FEDERATION.kemKeys.get(SELF),
                chain,
                new TestClock(),
                name -> FuzzedFederation.RING);
        intake = new RecordIntake(SELF, TOPICS, cache, member, ignored -> {});
    }

    private void resume() {
        check(event(0, () -> member.resume()));
    }

    /** The newest version that the member knows. */
    long version() {
        return MEMORY.store().latestVersion(Samples.MODEL);
    }

    /** Its manifest's digest. */
    Digest versionDigest() {
        return MEMORY.store().version(Samples.MODEL, version()).orElseThrow();
    }

    long now() {
        return now;
    }

    /** The process goes, with all that it has not sent, and comes back; or dies before it is told its own words. */
    void crash() {
        start();
        resume();
    }

    byte[] backup() {
        return MEMORY.image();
    }

    /** The store is put back to what it was at a time; the member is told all that it said, and goes on. */
    void restore(byte[] backup) {
        MEMORY.restore(backup);
        start();
        // Whatever it is given first takes it into the epoch, which empties the store; that is not the record's doing.
        tick();
        for (Said word : List.copyOf(said)) {
            deliver(word.topic(), word.record());
        }
        resume();
    }

    void nextStage() {
        registry.next();
        tick();
    }

    void pass(long millis) {
        now += millis;
        tick();
    }

    private void tick() {
        check(event(0, () -> member.tick()));
    }

    void deliver(String topic, byte[] value) {
        long before = MEMORY.changes();
        List<MemberEffect> effects = new ArrayList<>();
        event(value.length, () -> {
            try {
                return intake.handle(new ConsumerRecord<>(topic, 0, 0, new byte[0], value), effects);
            } catch (RejectedException e) {
                Oracle.require(MEMORY.changes() == before, "a refused record changed the store: " + e.getMessage());
                Oracle.require(effects.isEmpty(), "a refused record had effects: " + e.getMessage());
                return false;
            }
        });
        check(effects);
    }

    private static <T> T event(int length, Supplier<T> event) {
        return Oracle.event(BASE + BY_BYTE * (long) length, event);
    }

    private void check(List<MemberEffect> effects) {
        for (MemberEffect effect : effects) {
            oracle.check(effect);
            if (effect instanceof MemberEffect.SendVote vote) {
                said.add(new Said(TOPICS.votes(SELF), vote.vote(), NO_PAYLOAD));
            } else if (effect instanceof MemberEffect.SendResponse response) {
                said.add(new Said(TOPICS.responses(SELF), response.response(), response.words()));
            } else if (effect instanceof MemberEffect.SendNeverVoted promise) {
                NeverVoted never = new NeverVoted(promise.context(), List.of(promise.update()));
                said.add(new Said(TOPICS.neverVoted(SELF), never, NO_PAYLOAD));
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
