package org.silofold.silo.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.SignedRecords;
import org.silofold.silo.agent.FixedRegistry;
import org.silofold.silo.chain.ChainLink;

/** Refusals that only the request shows: a member whose update is locked to a cohort that three others refused, which it never saw. */
final class CarriedRefusalsTest {
    private static final String ME = "silo-1";
    private static final UpdateRef A = Samples.ref("silo-1", "a");
    private static final UpdateRef B = Samples.ref("silo-2", "b");
    private static final Digest ABANDONED = Samples.digest("abandoned");
    private static final Digest BASE = Samples.version(0);

    @TempDir
    Path directory;

    private final List<String> ignored = new ArrayList<>();
    private Federation federation;
    private MemberStore store;

    @BeforeEach
    void open() throws Exception {
        federation = new Federation(directory);
        store = MemberStore.open(directory.resolve("alone.db"));
        store.enter(1);
        store.addVersion(
                Samples.MODEL,
                new ChainLink(0, BASE, Samples.digest("root"), false, 1, Optional.empty()),
                Samples.RECORD);
        for (UpdateRef ref : List.of(A, B)) {
            store.shares()
                    .add(
                            new HeldUpdate(
                                    ref,
                                    1,
                                    Samples.MODEL,
                                    1,
                                    federation
                                            .registry
                                            .modelSpecDigest(Samples.MODEL)
                                            .orElseThrow(),
                                    "MASK-2048-32",
                                    0,
                                    BASE,
                                    System.currentTimeMillis() + 600_000,
                                    Optional.empty()),
                            new byte[8192]);
        }
        store.marks().lock(List.of(A), 1, ABANDONED);
    }

    @AfterEach
    void close() {
        store.close();
        federation.close();
    }

    private byte[] refusal(String member, String signer) {
        UnmaskVote vote = new UnmaskVote(
                federation.context(member, Purpose.UNMASK_VOTE),
                new Buffer(1, 1),
                ABANDONED,
                Optional.of(Reason.EXPIRED),
                List.of());
        return SignedRecords.seal(vote, new byte[0], federation.identity(signer));
    }

    /** What the member says to a request that carries these. */
    private List<UnmaskVote> asked(byte[]... refusals) {
        RegistryCache registry = new RegistryCache(new FixedRegistry(federation.registry), Clock.systemUTC());
        Member member = new Member(ME, store, registry::get, epoch -> null, new TestChain(), Clock.systemUTC());
        member.resume();
        UnmaskRequest request = new UnmaskRequest(
                federation.context(Samples.AGGREGATOR, Purpose.UNMASK_REQUEST),
                new Buffer(1, 2),
                BASE,
                List.of(A, B),
                System.currentTimeMillis() + 60_000,
                List.of(refusals));
        byte[] record = SignedRecords.seal(request, new byte[0], federation.identity(Samples.AGGREGATOR));
        List<MemberEffect> effects = new ArrayList<>();
        RecordIntake intake = new RecordIntake(ME, federation.topics, registry, member, ignored::add);
        assertThat(intake.handle(new ConsumerRecord<>(federation.topics.unmaskRequests(), 0, 0, null, record), effects))
                .isTrue();
        return Committee.votes(effects);
    }

    private byte[] genuine(String member) {
        return refusal(member, member);
    }

    @Test
    void threeThatVerifyFreeTheUpdate() {
        assertThat(asked(genuine("silo-2"), genuine("silo-3"), genuine("silo-4")))
                .singleElement()
                .satisfies(vote -> assertThat(vote.refused()).isEmpty());
        assertThat(ignored).isEmpty();
    }

    @Test
    void forgedRepeatedAndForeignOnesAreIgnoredAndTheRequestIsNot() {
        assertThat(asked(genuine("silo-2"), genuine("silo-3"), refusal("silo-4", "silo-3")))
                .isEmpty();
        assertThat(asked(genuine("silo-2"), genuine("silo-2"), genuine("silo-3")))
                .isEmpty();
        assertThat(asked(refusal(Samples.AGGREGATOR, Samples.AGGREGATOR))).isEmpty();
        assertThat(ignored)
                .hasSize(2)
                .anyMatch(why -> why.contains(Reason.BAD_SIGNATURE.code()))
                .anyMatch(why -> why.contains(Reason.WRONG_SENDER.code()));
        assertThat(store.marks().lockOf(A)).contains(ABANDONED);
        assertThat(asked(genuine("silo-4")))
                .as("the third; for what was asked before, and asked again")
                .isNotEmpty()
                .allSatisfy(vote -> assertThat(vote.refused()).isEmpty());
        assertThat(store.marks().lockOf(A)).isPresent().isNotEqualTo(Optional.of(ABANDONED));
    }

    @Test
    void thatOfASuspendedMemberIsIgnored() {
        long now = System.currentTimeMillis();
        var suspension = federation.authority().revocation("silo-4", 1, now - 1000, "suspected", now + 600_000);
        federation.registry.apply(suspension.keyBytes(), suspension.record());
        assertThat(asked(genuine("silo-2"), genuine("silo-3"), genuine("silo-4")))
                .isEmpty();
        assertThat(ignored).singleElement().satisfies(why -> assertThat(why).contains(Reason.REVOKED.code()));
        assertThat(store.marks().lockOf(A)).contains(ABANDONED);
    }
}
