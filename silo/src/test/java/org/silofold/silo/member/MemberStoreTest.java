package org.silofold.silo.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.silo.chain.ChainLink;

/** What was committed is there after the store was left open and read again; what was erased is not in the files. */
final class MemberStoreTest {
    private static final UpdateRef FIRST = Samples.ref("silo-1", "a");
    private static final UpdateRef SECOND = Samples.ref("silo-2", "a");
    private static final Digest COHORT = Samples.digest("cohort");

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("member.db");
    }

    private static byte[] share(String text) {
        return Arrays.copyOf(text.repeat(100).getBytes(StandardCharsets.US_ASCII), 8192);
    }

    /** Copies the files as a crash would leave them, while the store is open. */
    private Path crashCopy() throws IOException {
        Path copy = Files.createDirectory(directory.resolve("crashed"));
        for (String name : List.of("member.db", "member.db-wal")) {
            if (Files.exists(directory.resolve(name))) {
                Files.copy(directory.resolve(name), copy.resolve(name));
            }
        }
        return copy.resolve("member.db");
    }

    @Test
    void aStoreOfBeforeTheIndexOfSharesIsOpenedAndGetsIt() throws Exception {
        MemberStore.open(file).close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("DROP INDEX shares_by_silo");
        }
        MemberStore.open(file).close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet plan = statement.executeQuery("EXPLAIN QUERY PLAN SELECT count(*) FROM updates"
                        + " WHERE silo = 'a' AND share IS NOT NULL")) {
            assertThat(plan.next()).isTrue();
            assertThat(plan.getString("detail")).contains("shares_by_silo");
        }
    }

    @Test
    void everythingCommittedSurvivesACrash() throws IOException {
        try (MemberStore store = MemberStore.open(file)) {
            store.enter(1);
            store.shares().add(Samples.held(FIRST, 3), share("one"));
            store.cohorts().propose(Samples.cohort("c", 4, List.of(FIRST, SECOND)));
            store.marks().lock(List.of(FIRST, SECOND), 1, COHORT);
            store.marks().spend(List.of(SECOND), 1, COHORT);
            store.cohorts()
                    .answer(new GivenAnswer(
                            COHORT, 1, Samples.MODEL, new Buffer(4, 2), 7, Optional.of(Reason.SPENT), List.of(SECOND)));
            store.cohorts().vote(COHORT, "silo-3", 1, true);
            store.withdrawals().add(Samples.MODEL, FIRST, 1, Samples.NOW);
            store.withdrawals().add(Samples.MODEL, SECOND, 1, Samples.NOW);
            store.withdrawals().mark(SECOND);
            store.cohorts()
                    .respond(new GivenResponse(COHORT, 1, Samples.MODEL, new Buffer(4, 2), 7, new byte[] {1, 2, 3, 4}));
            store.addVersion(Samples.MODEL, Samples.link(3), Samples.RECORD);
            store.seenPolicy(Samples.MODEL, 7);
            store.setPosition("votes.silo-1", 0, 42);
            store.standAside(1);

            try (MemberStore again = MemberStore.open(crashCopy())) {
                assertThat(again.epoch()).isEqualTo(1);
                assertThat(again.shares().find("silo-1", FIRST.updateId())).contains(Samples.held(FIRST, 3));
                assertThat(again.shares().share(FIRST).orElseThrow()).isEqualTo(share("one"));
                assertThat(again.cohorts().all()).containsExactly(Samples.cohort("c", 4, List.of(FIRST, SECOND)));
                assertThat(again.marks().lockOf(FIRST)).contains(COHORT);
                assertThat(again.marks().spentIn(SECOND)).contains(COHORT);
                assertThat(again.marks().spentIn(FIRST)).isEmpty();
                assertThat(again.cohorts().answerTo(COHORT).orElseThrow())
                        .isEqualTo(store.cohorts().answerTo(COHORT).orElseThrow());
                assertThat(again.cohorts().voters(COHORT, true)).containsExactly("silo-3");
                assertThat(again.withdrawals().open())
                        .containsExactly(new WithdrawalTable.Withdrawn(Samples.MODEL, FIRST, Samples.NOW));
                assertThat(again.withdrawals().isKnown(FIRST)).isTrue();
                assertThat(again.withdrawals().isMarked(FIRST)).isFalse();
                assertThat(again.withdrawals().isMarked(SECOND)).isTrue();
                assertThat(again.cohorts().responseTo(COHORT).orElseThrow().words())
                        .containsExactly(1, 2, 3, 4);
                assertThat(again.version(Samples.MODEL, 3)).contains(Samples.version(3));
                assertThat(again.latestVersion(Samples.MODEL)).isEqualTo(3);
                assertThat(again.policySequence(Samples.MODEL)).isEqualTo(7);
                assertThat(again.position("votes.silo-1", 0)).isEqualTo(42);
                assertThat(again.standsAside(1)).isTrue();
                assertThat(again.standsAside(2)).isFalse();
            }
        }
    }

    @Test
    void aTransactionThatThrowsLeavesNothing() {
        try (MemberStore store = MemberStore.open(file)) {
            assertThatThrownBy(() -> store.transaction(() -> {
                        store.marks().lock(List.of(FIRST), 1, COHORT);
                        throw new IllegalStateException("between lock and answer");
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(store.marks().lockOf(FIRST)).isEmpty();
            store.marks().lock(List.of(FIRST), 1, COHORT);
            assertThat(store.marks().lockOf(FIRST)).contains(COHORT);
        }
    }

    @Test
    void anAnswerIsGivenOnce() {
        GivenAnswer vote = new GivenAnswer(COHORT, 1, Samples.MODEL, new Buffer(4, 1), 1, Optional.empty(), List.of());
        try (MemberStore store = MemberStore.open(file)) {
            store.cohorts().answer(vote);
            assertThatThrownBy(() -> store.cohorts()
                            .answer(new GivenAnswer(
                                    COHORT,
                                    1,
                                    Samples.MODEL,
                                    new Buffer(4, 1),
                                    1,
                                    Optional.of(Reason.LOCKED),
                                    List.of(FIRST))))
                    .isInstanceOf(MemberStoreException.class);
            assertThat(store.cohorts().answerTo(COHORT)).contains(vote);
        }
    }

    @Test
    void firstVoteLockSpentMarkManifestAndVersionStand() {
        Digest other = Samples.digest("other");
        try (MemberStore store = MemberStore.open(file)) {
            store.cohorts().vote(COHORT, "silo-2", 1, false);
            store.cohorts().vote(COHORT, "silo-2", 1, true);
            assertThat(store.cohorts().voters(COHORT, false)).containsExactly("silo-2");
            assertThat(store.cohorts().voters(COHORT, true)).isEmpty();

            store.marks().lock(List.of(FIRST), 1, COHORT);
            assertThatThrownBy(() -> store.marks().lock(List.of(FIRST), 1, other))
                    .isInstanceOf(IllegalStateException.class);
            store.marks().spend(List.of(FIRST), 1, COHORT);
            store.marks().spend(List.of(FIRST), 1, other);
            assertThat(store.marks().spentIn(FIRST)).contains(COHORT);

            UpdateRef second = new UpdateRef(FIRST.silo(), FIRST.updateId(), other);
            store.shares().add(Samples.held(FIRST, 3), share("one"));
            store.shares().add(Samples.held(second, 3), share("two"));
            assertThat(store.shares().share(FIRST)).isPresent();
            assertThat(store.shares().share(second)).isEmpty();

            store.addVersion(
                    Samples.MODEL, new ChainLink(1, COHORT, Digest.ZERO, true, 1, Optional.empty()), Samples.RECORD);
            store.addVersion(
                    Samples.MODEL, new ChainLink(1, other, Digest.ZERO, false, 1, Optional.empty()), Samples.RECORD);
            assertThat(store.link(Samples.MODEL, 1))
                    .contains(new ChainLink(1, COHORT, Digest.ZERO, true, 1, Optional.empty()));
            assertThat(store.version(Samples.MODEL, 1)).contains(COHORT);
        }
    }

    @Test
    void erasedSharesAreInNoFile() throws IOException {
        try (MemberStore store = MemberStore.open(file)) {
            store.shares().add(Samples.held(FIRST, 3), share("first-share-"));
            store.shares().add(Samples.held(SECOND, 3), share("second-share-"));
            store.scrub();
            assertThat(contains("first-share-")).isTrue();
            assertThat(store.shares().erase(List.of(FIRST))).isEqualTo(1);
            store.scrub();
            assertThat(contains("first-share-")).isFalse();
            assertThat(contains("second-share-")).isTrue();
            assertThat(store.shares().find("silo-1", FIRST.updateId())).isPresent();
            assertThat(store.shares().eraseExpired(Samples.EXPIRY - 1)).isZero();
            assertThat(store.shares().eraseExpired(Samples.EXPIRY)).isEqualTo(1);
            store.scrub();
            assertThat(contains("second-share-")).isFalse();
        }
    }

    @Test
    void whatACrashLeftOfErasedSharesGoesWhenTheStoreIsOpened() throws IOException {
        try (MemberStore store = MemberStore.open(file)) {
            store.shares().add(Samples.held(FIRST, 3), share("first-share-"));
            store.shares().erase(List.of(FIRST));
            assertThat(contains("first-share-"))
                    .as("in the log, until it is emptied")
                    .isTrue();
            Path crashed = crashCopy();
            try (MemberStore again = MemberStore.open(crashed)) {
                assertThat(contains(crashed.getParent(), "first-share-")).isFalse();
                assertThat(again.shares().find("silo-1", FIRST.updateId())).isPresent();
            }
        }
    }

    @Test
    void anOlderLayoutKeepsItsMarksAndReadsTheChainAgain() throws Exception {
        try (MemberStore store = MemberStore.open(file)) {
            store.marks().spend(List.of(FIRST), 1, COHORT);
        }
        try (Connection old = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = old.createStatement()) {
            statement.execute("DROP TABLE versions");
            statement.execute("DROP TABLE withdrawn");
            statement.execute(
                    "CREATE TABLE versions (model TEXT NOT NULL, version INTEGER NOT NULL, digest BLOB NOT NULL,"
                            + " PRIMARY KEY (model, version)) WITHOUT ROWID");
            statement.execute("INSERT INTO versions VALUES ('heart', 3, x'00')");
            statement.execute("UPDATE facts SET value = 1 WHERE name = 'schema'");
        }
        try (MemberStore store = MemberStore.open(file)) {
            assertThat(store.marks().spentIn(FIRST)).contains(COHORT);
            assertThat(store.latestVersion(Samples.MODEL)).isEqualTo(-1);
            store.addVersion(Samples.MODEL, Samples.link(3), Samples.RECORD);
            assertThat(store.manifest(Samples.MODEL, 3)).contains(Samples.RECORD);
        }
    }

    @Test
    void theLayoutBeforeTheLastKeepsItsPromises() throws Exception {
        try (MemberStore store = MemberStore.open(file)) {
            store.withdrawals().add(Samples.MODEL, FIRST, 1, Samples.NOW);
            store.withdrawals().mark(FIRST);
            store.withdrawals().add(Samples.MODEL, SECOND, 1, Samples.NOW);
        }
        try (Connection old = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = old.createStatement()) {
            statement.execute("ALTER TABLE withdrawn DROP COLUMN known_since");
            statement.execute("UPDATE facts SET value = 2 WHERE name = 'schema'");
        }
        try (MemberStore store = MemberStore.open(file)) {
            assertThat(store.withdrawals().isMarked(FIRST)).isTrue();
            assertThat(store.withdrawals().open())
                    .as("known for long")
                    .containsExactly(new WithdrawalTable.Withdrawn(Samples.MODEL, SECOND, 0));
        }
    }

    private boolean contains(String needle) throws IOException {
        return contains(directory, needle);
    }

    private static boolean contains(Path directory, String needle) throws IOException {
        for (String name : List.of("member.db", "member.db-wal")) {
            Path path = directory.resolve(name);
            if (Files.exists(path)
                    && new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1).contains(needle)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void aNewEpochErasesTheOldOneButNotTheChain() {
        try (MemberStore store = MemberStore.open(file)) {
            store.enter(1);
            store.shares().add(Samples.held(FIRST, 3), share("one"));
            store.marks().lock(List.of(FIRST), 1, COHORT);
            store.marks().spend(List.of(FIRST), 1, COHORT);
            store.addVersion(Samples.MODEL, Samples.link(3), Samples.RECORD);
            store.enter(2);
            assertThat(store.shares().find("silo-1", FIRST.updateId())).isEmpty();
            assertThat(store.marks().lockOf(FIRST)).isEmpty();
            assertThat(store.marks().spentIn(FIRST)).isEmpty();
            assertThat(store.version(Samples.MODEL, 3)).isPresent();
            assertThat(store.epoch()).isEqualTo(2);
        }
    }

    @Test
    void aFloodOfVotesPushesOutOnlyTheFloodersOwn() {
        try (MemberStore store = MemberStore.open(file)) {
            store.transaction(() -> {
                store.cohorts().vote(COHORT, "silo-2", 1, false);
                for (int i = 0; i <= MemberStore.VOTES_PER_MEMBER; i++) {
                    store.cohorts().vote(Samples.digest("flood " + i), "silo-3", 1, false);
                }
            });
            assertThat(store.cohorts().voters(COHORT, false)).containsExactly("silo-2");
            assertThat(store.cohorts().voters(Samples.digest("flood 0"), false)).isEmpty();
            assertThat(store.cohorts().voters(Samples.digest("flood 1"), false)).containsExactly("silo-3");
        }
    }

    @Test
    void theFileIsPrivateAndHeldByOne() throws IOException {
        try (MemberStore store = MemberStore.open(file)) {
            store.enter(1);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThatThrownBy(() -> MemberStore.open(file)).isInstanceOf(MemberStoreException.class);
        }
        try (MemberStore store = MemberStore.open(file)) {
            assertThat(store.epoch()).isEqualTo(1);
        }
    }
}
