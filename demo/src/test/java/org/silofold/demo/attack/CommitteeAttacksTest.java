package org.silofold.demo.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silofold.demo.attack.AttackFederation.ATTACKER;
import static org.silofold.demo.attack.AttackFederation.HONEST;
import static org.silofold.demo.attack.Forgery.flip;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.SignedRecords;
import org.silofold.silo.admin.PolicyFile;
import org.silofold.silo.sdk.UpdateStatus;

/**
 * The attacker holds one of four seats, so f = 1 and t = 3, and sends updates besides: what one member may do alone, and what it may do
 * together with a silo.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class CommitteeAttacksTest {
    private static final List<String> HONEST_MEMBERS = HONEST.subList(0, 3);
    private static final String MODEL = "small";
    /** One more member than t must have accepted an update. */
    private static final String STRICT = "strict";

    private static final String CANARIES = "canaries";
    private static final String BOUNDS = "bounds";

    @TempDir
    static Path directory;

    private static AttackFederation federation;
    private static FederationLog log;
    private static Attacker mallory;

    @BeforeAll
    static void start() throws Exception {
        federation = AttackFederation.start(
                directory,
                Stream.concat(HONEST_MEMBERS.stream(), Stream.of(ATTACKER)).toList(),
                new AttackFederation.Model(MODEL, 64, AttackFederation.policy()),
                new AttackFederation.Model(STRICT, 64, AttackFederation.policy().set("slack", 1)),
                new AttackFederation.Model(CANARIES, 64, voidable()),
                new AttackFederation.Model(BOUNDS, 64, voidable()));
        log = federation.log();
        mallory = federation.attacker();
    }

    private static PolicyFile voidable() {
        return AttackFederation.policy().set("maxVoids", 1).set("bufferAgeMillis", 2_000);
    }

    @AfterAll
    static void stop() {
        if (federation != null) {
            federation.close();
        }
    }

    /** Words below q that are the sum of nothing. */
    private static byte[] garbage() {
        int[] words = new Random(7)
                .ints(ParameterSet.MASK_2048_32.n(), 0, Integer.MAX_VALUE)
                .toArray();
        return Words.toBytes(words);
    }

    @Test
    void aMemberThatVotesAndStaysSilent() {
        Map<String, UpdateId> honest = federation.submit(MODEL, HONEST);
        UnmaskRequest request =
                log.awaitRequest(MODEL, log.newest(MODEL).manifest().version() + 1);
        mallory.vote(request.context().model(), request.buffer(), digest(request));
        assertThat(federation.awaitJoined(MODEL, honest).cohort()).hasSize(4);
        federation.honestVersion(MODEL);
    }

    private static Digest digest(UnmaskRequest request) {
        return Cohort.of(request.cohort())
                .digest(request.context(), request.buffer(), request.previousManifestDigest());
    }

    /** A cohort that the attacker brings about: three honest updates and its own, which it sends last. */
    private record Coming(Map<String, UpdateId> honest, Forgery.Update own, Buffer buffer, Digest digest) {}

    private static Coming coming(String model, Consumer<Forgery> change) {
        Map<String, UpdateId> honest = federation.submit(model, HONEST_MEMBERS);
        FederationLog.Version newest = log.newest(model);
        Forgery forgery = mallory.forgery(model);
        change.accept(forgery);
        Forgery.Update own = forgery.make();
        List<UpdateRef> refs = new ArrayList<>();
        honest.forEach((silo, id) -> refs.add(log.awaitManifest(silo, id).ref()));
        refs.add(own.ref());
        Buffer buffer = new Buffer(newest.manifest().version() + 1, 1);
        var context = log.registry(view -> view.context(model, AttackFederation.AGGREGATOR, Purpose.UNMASK_REQUEST));
        return new Coming(honest, own, buffer, Cohort.of(refs).digest(context, buffer, newest.digest()));
    }

    @Test
    void aGarbageResponseIsNamedAndLeftOut() {
        Coming coming = coming(MODEL, forgery -> {});
        mallory.vote(MODEL, coming.buffer(), coming.digest());
        mallory.respond(MODEL, coming.buffer(), coming.digest(), garbage());
        mallory.send(coming.own());
        ModelManifest version = federation.awaitJoined(MODEL, coming.honest());
        assertThat(version.cohort()).hasSize(4);
        log.awaitAudit(
                MODEL,
                "wrong-response",
                Map.of("member", ATTACKER, "cohort", coming.digest().hex()));
        federation.honestVersion(MODEL);
    }

    @Test
    void aVoteUnderAnotherEpochIsTurnedAway() throws Exception {
        Digest old = SignedRecords.reread(Roster.class, Purpose.ROSTER, federation.oldRoster())
                .digest();
        Map<String, UpdateId> honest = federation.submit(MODEL, HONEST);
        UnmaskRequest request =
                log.awaitRequest(MODEL, log.newest(MODEL).manifest().version() + 1);
        var place = mallory.vote(
                MODEL, request.buffer(), digest(request), c -> Contexts.under(c, 1, old, c.policySequence()));
        assertThat(log.awaitRejection(place).reason()).isEqualTo(Reason.WRONG_EPOCH);
        federation.awaitJoined(MODEL, honest);
        assertThat(log.audit(MODEL))
                .filteredOn(entry -> entry.event().equals("cohort-certified")
                        && entry.details().get("cohort").equals(digest(request).hex()))
                .singleElement()
                .satisfies(
                        entry -> assertThat(entry.details().get("voters")).isEqualTo(String.join(",", HONEST_MEMBERS)));
    }

    @Test
    void anotherMembersVoteIsTurnedAway() {
        Map<String, UpdateId> honest = federation.submit(MODEL, HONEST);
        UnmaskRequest request =
                log.awaitRequest(MODEL, log.newest(MODEL).manifest().version() + 1);
        var place = mallory.vote(MODEL, request.buffer(), digest(request), c -> c.withSender("north"));
        assertThat(log.awaitRejection(place).reason()).isEqualTo(Reason.WRONG_SENDER);
        federation.awaitJoined(MODEL, honest);
    }

    @Test
    void aReceiptThatLiesMakesNothingEligibleAlone() {
        Forgery forgery = mallory.forgery(MODEL).endingOnceJudged();
        for (int point = 1; point <= 3; point++) {
            forgery.sealedPackets.put(point, flip(5));
        }
        isNotEligible(MODEL, forgery, 0);
    }

    @Test
    void aReceiptThatLiesAndGoodSharesToTooFewAreNotEnoughWithSlack() {
        Forgery forgery = mallory.forgery(STRICT).endingOnceJudged();
        forgery.sealedPackets.put(1, flip(5));
        isNotEligible(STRICT, forgery, 2);
    }

    private static void isNotEligible(String model, Forgery forgery, int accepting) {
        Forgery.Update update = forgery.make();
        mallory.accept(model, update.ref());
        mallory.send(update);
        assertThat(HONEST_MEMBERS)
                .filteredOn(member -> log.awaitReceipt(member, ATTACKER, update.id())
                        .refused()
                        .isEmpty())
                .hasSize(accepting);
        federation.honestVersion(MODEL);
        UpdateFate end = log.awaitEnd(ATTACKER, update.id());
        assertThat(end.kind()).isEqualTo(UpdateFate.Kind.REFUSED);
        assertThat(end.reason()).contains(Reason.SHARES_NOT_ACCEPTED);
    }

    @Test
    void brokenCanariesBreakTheCohortAndTheOthersGoOnFromAVoidVersion() throws Exception {
        int canary = ParameterSet.MASK_2048_32.n() - 1;
        Coming coming =
                goesOnAfter(CANARIES, Reason.COHORT_BROKEN, forgery -> forgery.metaWords = flip(4 * canary + 2));
        assertThat(log.awaitBroken(CANARIES, coming.digest()).reason()).isEqualTo(Reason.COHORT_BROKEN);
    }

    @Test
    void shardsOutOfBoundsBreakTheCohortAndTheOthersGoOnFromAVoidVersion() throws Exception {
        Coming coming =
                goesOnAfter(BOUNDS, Reason.SUM_OUT_OF_BOUNDS, forgery -> forgery.shardWords = words -> garbage());
        assertThat(log.awaitBroken(BOUNDS, coming.digest()).reason()).isEqualTo(Reason.SUM_OUT_OF_BOUNDS);
    }

    /**
     * The attacker's update breaks the cohort, and all four members have answered, the attacker with garbage. Nothing is published, all in
     * it are suspected; after the authority's void version three honest silos, drawn by lot, make the next.
     */
    private static Coming goesOnAfter(String model, Reason why, Consumer<Forgery> sabotage) throws Exception {
        Coming coming = coming(model, sabotage);
        mallory.vote(model, coming.buffer(), coming.digest());
        mallory.respond(model, coming.buffer(), coming.digest(), garbage());
        mallory.send(coming.own());
        for (Map.Entry<String, UpdateId> update : coming.honest().entrySet()) {
            UpdateStatus ended = federation.ended(update.getKey(), update.getValue());
            assertThat(ended.state()).isEqualTo(UpdateStatus.State.SPENT);
            assertThat(ended.reason()).contains(why);
        }
        for (String silo : List.of(HONEST.get(0), HONEST.get(1), HONEST.get(2), ATTACKER)) {
            log.awaitAudit(model, "suspicion", Map.of("silo", silo, "count", "1"));
        }
        FederationLog.Version newest = log.newest(model);
        assertThat(newest.manifest().version()).isEqualTo(coming.buffer().version() - 1);
        federation.authority(authority ->
                authority.voidVersion(model, coming.buffer().version(), newest.digest(), "a cohort was broken"));
        ModelManifest repeated =
                log.awaitVersion(model, coming.buffer().version()).manifest();
        assertThat(repeated.voidVersion()).isPresent();
        assertThat(repeated.shardsRoot()).isEqualTo(newest.manifest().shardsRoot());
        federation.submit(model, HONEST);
        ModelManifest next =
                log.awaitVersion(model, coming.buffer().version() + 1).manifest();
        assertThat(next.cohort()).hasSize(3).extracting(UpdateRef::silo).isSubsetOf(HONEST);
        assertThat(log.awaitEnd(ATTACKER, coming.own().id()).reason()).contains(why);
        return coming;
    }

    @Test
    void aResponseOfAnotherMemberIsTurnedAway() {
        Map<String, UpdateId> honest = federation.submit(MODEL, HONEST);
        UnmaskRequest request =
                log.awaitRequest(MODEL, log.newest(MODEL).manifest().version() + 1);
        try (SigningKey foreign = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
            var place = mallory.respondAs("north", foreign, MODEL, request.buffer(), digest(request), garbage());
            assertThat(log.awaitRejection(place).reason()).isEqualTo(Reason.BAD_SIGNATURE);
        }
        federation.awaitJoined(MODEL, honest);
    }
}
