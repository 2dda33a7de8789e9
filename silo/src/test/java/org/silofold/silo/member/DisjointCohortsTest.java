package org.silofold.silo.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.schemas.SignedRecord;

/**
 * Three honest members, one that votes for and against whatever comes, an aggregator that proposes overlapping cohorts to whom it
 * likes, a broker that reorders and repeats, members that stop and start: cohorts for which a share left never share an update.
 */
final class DisjointCohortsTest {
    private static final String LIAR = "silo-4";
    private static final List<String> HONEST = List.of("silo-1", "silo-2", "silo-3");
    private static final UpdateRef A = Samples.ref("silo-1", "a");
    private static final UpdateRef B = Samples.ref("silo-2", "b");
    private static final UpdateRef C = Samples.ref("silo-3", "c");

    /** Two attempts, and a second face of the first: every two of them share an update. */
    private static final List<SignedRecord<UnmaskRequest>> REQUESTS =
            List.of(Committee.request(1, A, B), Committee.request(2, A, C), Committee.request(1, B, C));

    private static final List<Digest> COHORTS =
            List.of(Committee.digest(1, A, B), Committee.digest(2, A, C), Committee.digest(1, B, C));

    @Property(tries = 60, seed = "20261124")
    void cohortsForWhichAShareLeftAreDisjoint(@ForAll long seed) throws IOException {
        Path directory = Files.createTempDirectory("silofold-committee");
        try (Committee committee = new Committee(directory)) {
            new Run(committee, new Random(seed)).play();
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private static final class Run {
        private final Committee committee;
        private final Random random;
        private final Map<String, List<SignedRecord<UnmaskVote>>> inboxes = new HashMap<>();
        private final Map<String, Map<Digest, Boolean>> answers = new HashMap<>();
        private final Map<Digest, Set<String>> opened = new HashMap<>();

        Run(Committee committee, Random random) {
            this.committee = committee;
            this.random = random;
            HONEST.forEach(name -> inboxes.put(name, new ArrayList<>()));
            HONEST.forEach(name -> answers.put(name, new HashMap<>()));
        }

        void play() {
            committee.hold("silo-1", A, B, C);
            committee.hold("silo-2", A, B, C);
            committee.hold("silo-3", A, B);
            for (int step = 0; step < 60; step++) {
                String name = HONEST.get(random.nextInt(HONEST.size()));
                int cohort = random.nextInt(COHORTS.size());
                switch (random.nextInt(8)) {
                    case 0, 1 -> said(name, committee.member(name).onRequest(REQUESTS.get(cohort)));
                    case 2 -> lie(name, COHORTS.get(cohort));
                    case 3 -> said(name, committee.restart(name));
                    case 4 -> committee.hold("silo-3", C);
                    default -> deliver(name);
                }
            }
            HONEST.forEach(name -> {
                while (!inboxes.get(name).isEmpty()) {
                    deliver(name);
                }
            });
            check();
        }

        private void lie(String name, Digest cohort) {
            said(
                    name,
                    committee
                            .member(name)
                            .onVote(
                                    random.nextInt(3) == 0
                                            ? Committee.refusal(LIAR, cohort)
                                            : Committee.vote(LIAR, cohort)));
        }

        /** Delivers one vote, not in order, and sometimes leaves it to be delivered again. */
        private void deliver(String name) {
            List<SignedRecord<UnmaskVote>> inbox = inboxes.get(name);
            if (!inbox.isEmpty()) {
                int which = random.nextInt(inbox.size());
                SignedRecord<UnmaskVote> vote = inbox.get(which);
                if (random.nextInt(4) > 0) {
                    inbox.remove(which);
                }
                said(name, committee.member(name).onVote(vote));
            }
        }

        private void said(String name, List<MemberEffect> effects) {
            for (UnmaskVote vote : Committee.votes(effects)) {
                Boolean before = answers.get(name)
                        .put(vote.cohortDigest(), vote.refused().isPresent());
                assertThat(before).isIn(null, vote.refused().isPresent());
                SignedRecord<UnmaskVote> record =
                        new SignedRecord<>(vote, new byte[0], Samples.digest(vote.toString()), new byte[0], 0, 0);
                inboxes.values().forEach(inbox -> inbox.add(record));
            }
            Committee.responses(effects).forEach(response -> opened.computeIfAbsent(
                            response.response().cohortDigest(), cohort -> new HashSet<>())
                    .add(name));
        }

        private void check() {
            assertThat(opened.keySet()).as("every two cohorts share an update").hasSizeLessThanOrEqualTo(1);
            for (Digest cohort : opened.keySet()) {
                long honestVotes = HONEST.stream()
                        .filter(name -> Boolean.FALSE.equals(answers.get(name).get(cohort)))
                        .count();
                assertThat(honestVotes).as("t - f honest votes").isGreaterThanOrEqualTo(2);
            }
        }
    }

    /** The property would hold of members that never answer, too: without a liar's help two honest runs do open a cohort. */
    @Property(tries = 1)
    void anHonestRunOpens() throws IOException {
        Path directory = Files.createTempDirectory("silofold-committee");
        try (Committee committee = new Committee(directory)) {
            committee.allHold(A, B);
            List<SignedRecord<UnmaskVote>> votes = new ArrayList<>();
            for (String name : Committee.NAMES) {
                committee.member(name).onRequest(REQUESTS.get(0));
                votes.add(Committee.vote(name, COHORTS.get(0)));
            }
            for (String name : Committee.NAMES) {
                List<MemberEffect> effects = new ArrayList<>();
                votes.forEach(vote -> effects.addAll(committee.member(name).onVote(vote)));
                assertThat(Committee.responses(effects)).hasSize(1);
            }
        } finally {
            delete(directory);
        }
    }
}
