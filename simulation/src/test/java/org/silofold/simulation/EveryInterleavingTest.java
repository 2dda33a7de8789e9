package org.silofold.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.codec.HeaderCodec;
import org.silofold.simulation.MemberAutomaton.Said;

/**
 * Four members, t = 3, one of them a liar that votes for and against everything to whom it likes; two attempts at one version that share
 * an update; every order in which requests, votes and refusals can reach the three honest members, each of which holds all updates or
 * lacks one ({@code -Dsimulation.allHoldings=true}: lacks any of them). No order certifies both, nor lets a share leave for both.
 */
class EveryInterleavingTest {
    private static final long NOW = 1_000_000;
    private static final int HONEST = 3;
    private static final int COHORTS = 2;
    private static final Federation FEDERATION = new Federation(new Federation.Shape(4, 4, false, 2), new SmallRing());
    private static final Registry REGISTRY = Registry.first(FEDERATION, new Registry.Terms(1, 2, 1, 0, 0, 3, 0));
    private static final List<String> NAMES = FEDERATION.firstCommittee();
    private static final Post.Model FIRST = first();
    private static final List<MadeUpdate> UPDATES = updates(17);

    /** Another manifest under the same update id, as a silo that equivocates gives it to some members. */
    private static final List<MadeUpdate> TWINS = updates(18);

    private static final List<UnmaskRequest> REQUESTS = List.of(request(1, 0, 1), request(2, 0, 2));
    private static final List<Digest> DIGESTS =
            REQUESTS.stream().map(Ledger::digest).toList();

    /** What members lack, bit by bit of the updates: by default nothing, or the first cohort's second update. */
    private static final int[] HOLDINGS =
            Boolean.getBoolean("simulation.allHoldings") ? IntStream.range(0, 8).toArray() : new int[] {0, 2};

    private static final Map<Integer, MemberAutomaton> AUTOMATA = new HashMap<>();

    private static Post.Model first() {
        ModelManifest manifest = new ModelManifest(
                REGISTRY.context(Federation.AGGREGATOR, Purpose.MODEL_MANIFEST),
                0,
                Federation.SPEC_DIGEST,
                0,
                List.of(),
                Federation.INITIAL_ROOT,
                1,
                Federation.SPEC_DIGEST,
                0,
                List.of(),
                "fedavg",
                Digest.ZERO,
                Optional.empty(),
                Optional.empty());
        return new Post.Model(manifest, Digest.sha256(HeaderCodec.encode(manifest)));
    }

    private static List<MadeUpdate> updates(long seed) {
        UpdateMaker ids = new UpdateMaker(FEDERATION, 1);
        UpdateMaker maker = new UpdateMaker(FEDERATION, seed);
        List<MadeUpdate> updates = new ArrayList<>();
        for (String silo : NAMES.subList(0, 3)) {
            updates.add(maker.make(new UpdateMaker.Order(
                    silo,
                    ids.freshId(),
                    1,
                    0,
                    FIRST.digest(),
                    REGISTRY,
                    NOW + Federation.EXPIRY,
                    Set.of(),
                    UpdateMaker.Sabotage.NONE)));
        }
        return updates;
    }

    private static UnmaskRequest request(int attempt, int one, int other) {
        return new UnmaskRequest(
                REGISTRY.context(Federation.AGGREGATOR, Purpose.UNMASK_REQUEST),
                new Buffer(1, attempt),
                FIRST.digest(),
                List.of(UPDATES.get(one).ref(), UPDATES.get(other).ref()),
                NOW + Federation.VOTE_TIMEOUT,
                List.of());
    }

    /** Requests first, then for every member and cohort a vote and a refusal. */
    private static List<Post> inputs() {
        List<Post> inputs = new ArrayList<>();
        REQUESTS.forEach(request -> inputs.add(new Post.Request(request)));
        for (String member : NAMES) {
            for (int cohort = 0; cohort < COHORTS; cohort++) {
                inputs.add(answer(member, cohort, Optional.empty(), List.of()));
                List<UpdateRef> inTheWay = List.of(UPDATES.get(0).ref());
                inputs.add(answer(member, cohort, Optional.of(Reason.CONFLICTING_DUPLICATE), inTheWay));
            }
        }
        return inputs;
    }

    private static Post answer(String member, int cohort, Optional<Reason> refused, List<UpdateRef> inTheWay) {
        return new Post.Vote(new UnmaskVote(
                REGISTRY.context(member, Purpose.UNMASK_VOTE),
                REQUESTS.get(cohort).buffer(),
                DIGESTS.get(cohort),
                refused,
                inTheWay));
    }

    private static int input(int member, int cohort, Said said) {
        return COHORTS + (member * COHORTS + cohort) * 2 + (said == Said.VOTE ? 0 : 1);
    }

    /**
     * @param member 0..2
     * @param lacks bit i: it was given the other manifest of update i
     */
    private static MemberAutomaton automaton(int member, int lacks) {
        return AUTOMATA.computeIfAbsent(member * 8 + lacks, number -> automaton(member, lacks, Optional.empty()));
    }

    private static MemberAutomaton automaton(int member, int lacks, Optional<String> forgets) {
        Clock clock = Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC);
        MemberNode node = new MemberNode(NAMES.get(member), REGISTRY, clock);
        node.resume();
        node.deliver(FIRST);
        for (int i = 0; i < UPDATES.size(); i++) {
            boolean other = (lacks >> i & 1) == 1;
            node.deliver(new Post.Manifest(other ? TWINS.get(i) : UPDATES.get(i)));
        }
        return new MemberAutomaton(node, inputs(), DIGESTS, forgets);
    }

    @AfterAll
    static void close() {
        AUTOMATA.values().forEach(MemberAutomaton::close);
        AUTOMATA.clear();
    }

    /**
     * Everything that can be the case after the honest members have told what they have told, in the order in which they did: for each of
     * them the states that it can be in. Between two tellings what can reach a member does not change, and what reaches one member does not
     * touch another: so any state of one goes with any of the others, and their product is exactly what is reachable.
     */
    private record Situation(List<BitSet> states) {
        int[] examples() {
            return states.stream().mapToInt(set -> set.nextSetBit(0)).toArray();
        }

        double size() {
            return states.stream().mapToDouble(BitSet::cardinality).reduce(1, (a, b) -> a * b);
        }
    }

    /** What was seen over all orders of one choice of holdings. */
    private static final class Explored {
        final Set<Situation> situations = new HashSet<>();
        double states;
        boolean firstOpens;
        boolean secondOpens;
        boolean firstAbandoned;
    }

    @Test
    void noOrderCertifiesTwoCohortsThatShareAnUpdate() {
        double states = 0;
        long situations = 0;
        int opens = 0;
        int afterAbandonment = 0;
        for (int a : HOLDINGS) {
            for (int b : from(a)) {
                for (int c : from(b)) {
                    Explored explored = explore(List.of(automaton(0, a), automaton(1, b), automaton(2, c)));
                    states += explored.states;
                    situations += explored.situations.size();
                    opens += explored.firstOpens || explored.secondOpens ? 1 : 0;
                    afterAbandonment += explored.firstAbandoned && explored.secondOpens ? 1 : 0;
                }
            }
        }
        System.out.printf(
                "%.0f states of three members in %d situations, of %d states of single members; %d choices open something,"
                        + " %d the second after the first was abandoned%n",
                states,
                situations,
                AUTOMATA.values().stream().mapToInt(MemberAutomaton::states).sum(),
                opens,
                afterAbandonment);
        assertThat(states).isGreaterThan(1_000_000);
        assertThat(situations).isGreaterThan(1_000);
        assertThat(opens).isPositive();
        assertThat(afterAbandonment).isPositive();
    }

    /** The search finds what it looks for where there is something to find: members that do not keep their locks. */
    @Test
    void membersWithoutLocksCertifyTwo() {
        List<MemberAutomaton> members = IntStream.range(0, HONEST)
                .mapToObj(member -> automaton(member, 0, Optional.of("locks")))
                .toList();
        assertThatThrownBy(() -> explore(members))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("two certificates");
        members.forEach(MemberAutomaton::close);
    }

    /** With one liar more than a committee bears two certificates are found too. */
    @Test
    void twoLiarsOfFourCertifyTwo() {
        assertThatThrownBy(() -> explore(List.of(automaton(0, 0), automaton(1, 0))))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("two certificates");
    }

    /** Members are alike: the order among them does not matter. */
    private static int[] from(int least) {
        return IntStream.of(HOLDINGS).filter(lacks -> lacks >= least).toArray();
    }

    private static Explored explore(List<MemberAutomaton> members) {
        Explored explored = new Explored();
        BitSet first = new BitSet();
        first.set(0);
        ArrayDeque<Situation> frontier = new ArrayDeque<>();
        frontier.add(new Situation(Collections.nCopies(members.size(), first)));
        while (!frontier.isEmpty()) {
            Situation situation = closed(members, frontier.poll());
            if (!explored.situations.add(situation)) {
                continue;
            }
            explored.states += situation.size();
            check(members, situation.examples(), explored);
            List<Integer> inputs = available(members, situation.examples());
            for (int member = 0; member < members.size(); member++) {
                for (BitSet told :
                        tellings(members.get(member), situation.states().get(member), inputs)) {
                    List<BitSet> next = new ArrayList<>(situation.states());
                    next.set(member, told);
                    frontier.add(new Situation(next));
                }
            }
        }
        return explored;
    }

    /** With all states that can be reached while nobody tells anything new. */
    private static Situation closed(List<MemberAutomaton> members, Situation situation) {
        List<Integer> inputs = available(members, situation.examples());
        List<BitSet> closed = new ArrayList<>();
        for (int member = 0; member < members.size(); member++) {
            MemberAutomaton automaton = members.get(member);
            BitSet states = (BitSet) situation.states().get(member).clone();
            ArrayDeque<Integer> frontier = new ArrayDeque<>();
            states.stream().forEach(frontier::add);
            while (!frontier.isEmpty()) {
                int state = frontier.poll();
                for (int input : inputs) {
                    int next = automaton.next(state, input);
                    if (!states.get(next) && automaton.toldTheSame(state, next)) {
                        states.set(next);
                        frontier.add(next);
                    }
                }
            }
            closed.add(states);
        }
        return new Situation(closed);
    }

    /** What a member may tell next: for each such telling, the states that it may be in right after it. */
    private static List<BitSet> tellings(MemberAutomaton automaton, BitSet states, List<Integer> inputs) {
        List<BitSet> tellings = new ArrayList<>();
        states.stream().forEach(state -> {
            for (int input : inputs) {
                int next = automaton.next(state, input);
                if (!automaton.toldTheSame(state, next)) {
                    BitSet same = tellings.stream()
                            .filter(told -> automaton.toldTheSame(told.nextSetBit(0), next))
                            .findFirst()
                            .orElseGet(() -> {
                                BitSet told = new BitSet();
                                tellings.add(told);
                                return told;
                            });
                    same.set(next);
                }
            }
        });
        return tellings;
    }

    /** What can reach a member: the requests, all that honest members have said, all that the liar may say. */
    private static List<Integer> available(List<MemberAutomaton> members, int[] at) {
        List<Integer> inputs = new ArrayList<>();
        for (int cohort = 0; cohort < COHORTS; cohort++) {
            inputs.add(cohort);
            for (int member = 0; member < members.size(); member++) {
                Said said = members.get(member).said(at[member], cohort);
                if (said != Said.NOTHING) {
                    inputs.add(input(member, cohort, said));
                }
            }
            for (int liar = members.size(); liar < NAMES.size(); liar++) {
                inputs.add(input(liar, cohort, Said.VOTE));
                inputs.add(input(liar, cohort, Said.REFUSAL));
            }
        }
        return inputs;
    }

    private static void check(List<MemberAutomaton> members, int[] at, Explored explored) {
        int threshold = REGISTRY.seats().threshold();
        int liars = NAMES.size() - members.size();
        boolean[] certifiable = new boolean[COHORTS];
        boolean[] left = new boolean[COHORTS];
        int[] refusals = new int[COHORTS];
        for (int cohort = 0; cohort < COHORTS; cohort++) {
            int votes = 0;
            for (int member = 0; member < members.size(); member++) {
                Said said = members.get(member).said(at[member], cohort);
                votes += said == Said.VOTE ? 1 : 0;
                refusals[cohort] += said == Said.REFUSAL ? 1 : 0;
                left[cohort] |= members.get(member).answered(at[member], cohort);
            }
            certifiable[cohort] = votes + liars >= threshold;
            if (left[cohort]) {
                assertThat(certifiable[cohort])
                        .as("a share leaves after t votes")
                        .isTrue();
            }
        }
        assertThat(certifiable[0] && certifiable[1]).as("two certificates").isFalse();
        assertThat(left[0] && left[1]).as("shares for two cohorts").isFalse();
        explored.firstOpens |= left[0];
        explored.secondOpens |= left[1];
        explored.firstAbandoned |= refusals[0] + liars >= threshold && !certifiable[1];
    }
}
