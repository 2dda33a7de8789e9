package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateFate.Kind;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.Topics;
import org.silofold.silo.store.OutgoingUpdate;
import org.silofold.silo.store.UpdateState;

class FateFollowerTest {
    private static final String SILO = "silo-1";

    @TempDir
    Path directory;

    private final TestFederation federation = new TestFederation(10);
    private TestAgent agent;
    private FateFollower fates;
    private UpdateId id;
    private Digest base;

    @BeforeEach
    void submit() throws IOException {
        agent = TestAgent.create(federation, directory.resolve("party"), SILO);
        base = agent.initial();
        fates = follower();
        id = agent.outbox.submit(agent.request(0, new float[10]));
        agent.database.updates().markSent(id);
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
    }

    @Test
    void statesMoveForwardOnlyAndAFinalOneStays() {
        tell(SILO, fate(Kind.ACCEPTED, Optional.empty(), -1));
        assertState(UpdateState.ACCEPTED, -1);
        tell(SILO, fate(Kind.JOINED, Optional.empty(), 1));
        tell(SILO, fate(Kind.ACCEPTED, Optional.empty(), -1));
        assertState(UpdateState.JOINED, 1);
        tell(SILO, fate(Kind.JOINED, Optional.empty(), 2));
        tell(SILO, fate(Kind.JOINED, Optional.empty(), 1));
        assertState(UpdateState.JOINED, 2);
        tell(SILO, fate(Kind.IN_VERSION, Optional.empty(), 2));
        tell(SILO, fate(Kind.REFUSED, Optional.of(Reason.EXPIRED), -1));
        assertState(UpdateState.IN_VERSION, 2);
    }

    @Test
    void aRefusalSaysWhy() {
        tell(SILO, fate(Kind.REFUSED, Optional.of(Reason.EXPIRED), -1));
        assertState(UpdateState.REFUSED, -1);
        assertThat(update().reason()).contains(Reason.EXPIRED);
        assertThat(update().detail()).contains("expired");
    }

    @Test
    void aSpentUpdateSaysWhyAndThatANewerBaseIsNeeded() throws IOException {
        tell(SILO, fate(Kind.JOINED, Optional.empty(), 1));
        tell(SILO, fate(Kind.SPENT, Optional.of(Reason.COHORT_BROKEN), -1));
        assertState(UpdateState.SPENT, -1);
        assertThat(update().reason()).contains(Reason.COHORT_BROKEN);
        assertThat(update().detail())
                .isEqualTo("the aggregator says: cohort-broken; version 0 is spent, train from a newer one");
        // And so it is: the base stays spent, and a newer one is free.
        assertThat(agent.spentBy(0)).contains(id);
    }

    @Test
    void aFateThatTheAggregatorDidNotSignChangesNothing() {
        byte[] forged = fate(Kind.REFUSED, Optional.of(Reason.EXPIRED), -1);
        forged[forged.length - 1] ^= 1;
        assertThatThrownBy(() -> tell(SILO, forged)).isInstanceOf(RejectedException.class);
        assertState(UpdateState.SENT, -1);
    }

    @Test
    void anotherSilosFateIsNotTaken() {
        byte[] others = federation.fate("silo-2", id, Kind.REFUSED, Optional.of(Reason.EXPIRED), -1);
        tell("silo-2", others);
        assertThatThrownBy(() -> tell(SILO, others)).isInstanceOf(RejectedException.class);
        assertState(UpdateState.SENT, -1);
    }

    @Test
    void whatTheLogForgotEndsLongAfterItsExpiryAndSpent() throws IOException {
        tell(SILO, fate(Kind.JOINED, Optional.empty(), 1));
        long forgotten = update().expiryMillis() + UnknownFates.KEPT.toMillis();
        restartAt(forgotten - 1);
        fates.caughtUp();
        assertState(UpdateState.JOINED, 1);
        restartAt(forgotten);
        fates.caughtUp();
        assertState(UpdateState.REFUSED, -1);
        assertThat(update().reason()).contains(Reason.FATE_UNKNOWN);
        assertThat(update().detail()).contains("no final fate", "joined", "version 0 stays spent");
        assertThat(agent.spentBy(0)).contains(id);
        // A version has the last word.
        assertThat(agent.database.updates().listed(id, 1)).isTrue();
        assertState(UpdateState.IN_VERSION, 1);
    }

    @Test
    void aVersionThatListsItIsLookedAtFirst() throws IOException {
        UpdateRef ref = new UpdateRef(
                SILO, id, agent.database.updates().sealed(id).orElseThrow().manifestDigest());
        List<UpdateRef> cohort = Stream.concat(Stream.of(ref), TestFederation.cohort(1).stream())
                .sorted(Comparator.comparing(UpdateRef::silo))
                .toList();
        byte[] manifest = federation.manifest(1, base, new float[10], 1, cohort);
        restartAt(update().expiryMillis() + UnknownFates.KEPT.toMillis());
        agent.chain.accept(manifest);
        fates.caughtUp();
        assertState(UpdateState.IN_VERSION, 1);
    }

    private FateFollower follower() {
        return new FateFollower(
                SILO,
                agent.context.registry(),
                agent.database.updates(),
                new UnknownFates(agent.database.updates(), agent.own, agent.context.clock()),
                agent.changes);
    }

    private void restartAt(long millis) throws IOException {
        agent.close();
        agent = TestAgent.openAt(federation, agent.party, millis);
        fates = follower();
    }

    private byte[] fate(Kind kind, Optional<Reason> reason, long version) {
        return federation.fate(SILO, id, kind, reason, version);
    }

    private void tell(String keyOf, byte[] record) {
        fates.handle(new ConsumerRecord<>("fates", 0, 0, Topics.fateKey(keyOf, id), record));
    }

    private OutgoingUpdate update() {
        return agent.database.updates().find(id).orElseThrow();
    }

    private void assertState(UpdateState state, long version) {
        assertThat(update().state()).isEqualTo(state);
        assertThat(update().version()).isEqualTo(version);
    }
}
