package org.silofold.silo.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.schemas.SignedRecord;

/**
 * n = 4, t = 3: three honest members and one that votes for, votes against and promises never to vote, all at once. For no update are
 * there ever t promises never to vote and t votes for one cohort with it (docs/protocol.md, 6.5.2).
 */
final class NeverVotedExclusionTest {
    private static final String LIAR = "silo-4";
    private static final List<String> HONEST = List.of("silo-1", "silo-2", "silo-3");
    private static final int T = 3;
    private static final UpdateRef A = Samples.ref("silo-1", "a");
    private static final UpdateRef B = Samples.ref("silo-2", "b");
    private static final UpdateRef C = Samples.ref("silo-3", "c");
    private static final List<UpdateRef> UPDATES = List.of(A, B, C);
    private static final List<SignedRecord<UnmaskRequest>> REQUESTS =
            List.of(request(1, A, B), request(2, A, C), request(3, B, C));

    @TempDir
    Path directory;

    private static SignedRecord<UnmaskRequest> request(int attempt, UpdateRef... refs) {
        return Committee.request(attempt, Samples.EXPIRY, refs);
    }

    /** What everybody said, and what was not delivered yet. */
    private static final class Floor {
        final Committee committee;
        final Map<String, List<SignedRecord<UnmaskVote>>> inboxes = new HashMap<>();
        final Map<UpdateRef, Set<String>> promised = new HashMap<>();
        final Map<Digest, Set<String>> votes = new HashMap<>();
        final Set<Digest> opened = new HashSet<>();

        Floor(Committee committee) {
            this.committee = committee;
            HONEST.forEach(name -> inboxes.put(name, new ArrayList<>()));
            UPDATES.forEach(ref -> promised.put(ref, new HashSet<>(Set.of(LIAR))));
            REQUESTS.forEach(request -> votes.put(digest(request), new HashSet<>(Set.of(LIAR))));
            committee.allHold(A, B, C);
        }

        static Digest digest(SignedRecord<UnmaskRequest> request) {
            return Committee.digest(
                    request.message().buffer().attempt(),
                    request.message().cohort().toArray(UpdateRef[]::new));
        }

        void request(String name, SignedRecord<UnmaskRequest> request) {
            said(name, committee.member(name).onRequest(request));
        }

        void withdraw(String name, UpdateRef ref) {
            said(name, committee.member(name).onWithdrawal(Committee.withdrawal(ref)));
        }

        /** Time goes by: withdrawals that came before are answered. */
        void outlastRequests(String name) {
            said(name, committee.outlastRequests(name));
        }

        void lie(String name, Digest cohort, boolean refuse) {
            said(
                    name,
                    committee
                            .member(name)
                            .onVote(refuse ? Committee.refusal(LIAR, cohort) : Committee.vote(LIAR, cohort)));
        }

        void deliver(String name, int which) {
            said(name, committee.member(name).onVote(inboxes.get(name).remove(which)));
        }

        void deliverAll() {
            boolean more;
            do {
                more = false;
                for (String name : HONEST) {
                    while (!inboxes.get(name).isEmpty()) {
                        deliver(name, 0);
                        more = true;
                    }
                }
            } while (more);
        }

        void said(String name, List<MemberEffect> effects) {
            Committee.promised(effects).forEach(ref -> promised.get(ref).add(name));
            for (UnmaskVote vote : Committee.votes(effects)) {
                if (vote.refused().isEmpty()) {
                    votes.get(vote.cohortDigest()).add(name);
                }
                SignedRecord<UnmaskVote> record =
                        new SignedRecord<>(vote, new byte[0], Samples.digest(vote.toString()), new byte[0], 0, 0);
                inboxes.values().forEach(inbox -> inbox.add(record));
            }
            Committee.responses(effects)
                    .forEach(response -> opened.add(response.response().cohortDigest()));
        }

        /** What the promise is about. */
        void check(String as) {
            for (SignedRecord<UnmaskRequest> request : REQUESTS) {
                for (UpdateRef ref : request.message().cohort()) {
                    boolean never = promised.get(ref).size() >= T;
                    assertThat(never && votes.get(digest(request)).size() >= T)
                            .as("%s: t promises and t votes for %s", as, ref)
                            .isFalse();
                    assertThat(never && opened.contains(digest(request)))
                            .as("%s: a share left for %s", as, ref)
                            .isFalse();
                }
            }
        }
    }

    @Test
    void inEveryOrderOfRequestAndAnswerableWithdrawalAtTheHonestMembers() throws Exception {
        int withdrawn = 0;
        int opened = 0;
        for (int orders = 0; orders < 8; orders++) {
            try (Committee committee = new Committee(Files.createDirectory(directory.resolve("order-" + orders)))) {
                Floor floor = new Floor(committee);
                for (int j = 0; j < HONEST.size(); j++) {
                    if ((orders >> j & 1) == 1) {
                        floor.withdraw(HONEST.get(j), A);
                    }
                }
                HONEST.forEach(floor::outlastRequests);
                for (String name : HONEST) {
                    floor.request(name, REQUESTS.get(0));
                    floor.withdraw(name, A);
                    floor.lie(name, Floor.digest(REQUESTS.get(0)), false);
                }
                floor.check("orders " + orders);
                floor.deliverAll();
                HONEST.forEach(floor::outlastRequests);
                HONEST.forEach(name -> floor.withdraw(name, A));
                floor.check("orders " + orders + ", all delivered");
                boolean never = floor.promised.get(A).size() >= T;
                withdrawn += never ? 1 : 0;
                opened += floor.opened.isEmpty() ? 0 : 1;
                assertThat(never || !floor.opened.isEmpty())
                        .as("orders %s: three honest answers decide it one way or the other", orders)
                        .isTrue();
            }
        }
        assertThat(withdrawn).as("two or three heard the silo first").isEqualTo(4);
        assertThat(opened).isEqualTo(4);
    }

    @Test
    void inRunsWithOverlappingCohortsLiesRestartsAndAnyOrder() throws Exception {
        int withdrawn = 0;
        int opened = 0;
        long first = new Random().nextInt(1_000_000);
        for (long seed = first; seed < first + 30; seed++) {
            try (Committee committee = new Committee(Files.createDirectory(directory.resolve("run-" + seed)))) {
                Floor floor = new Floor(committee);
                Random random = new Random(seed);
                for (int step = 0; step < 50; step++) {
                    step(floor, random);
                    floor.check("seed " + seed);
                }
                floor.deliverAll();
                HONEST.forEach(floor::outlastRequests);
                floor.check("seed " + seed);
                withdrawn += floor.promised.values().stream().anyMatch(who -> who.size() >= T) ? 1 : 0;
                opened += floor.opened.isEmpty() ? 0 : 1;
            }
        }
        assertThat(withdrawn).as("runs with t promises, from seed %s", first).isPositive();
        assertThat(opened).as("runs that opened a cohort, from seed %s", first).isPositive();
    }

    private static void step(Floor floor, Random random) {
        String name = HONEST.get(random.nextInt(HONEST.size()));
        SignedRecord<UnmaskRequest> request = REQUESTS.get(random.nextInt(REQUESTS.size()));
        List<SignedRecord<UnmaskVote>> inbox = floor.inboxes.get(name);
        switch (random.nextInt(10)) {
            case 0, 1 -> floor.request(name, request);
            case 2 -> floor.withdraw(name, UPDATES.get(random.nextInt(UPDATES.size())));
            case 3 -> floor.lie(name, Floor.digest(request), random.nextBoolean());
            case 4 -> floor.said(name, floor.committee.restart(name));
            case 5 -> floor.outlastRequests(name);
            default -> {
                if (!inbox.isEmpty()) {
                    floor.deliver(name, random.nextInt(inbox.size()));
                }
            }
        }
    }
}
