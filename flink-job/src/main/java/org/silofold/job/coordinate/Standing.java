package org.silofold.job.coordinate;

import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import org.silofold.job.event.Terms;

/**
 * Members' standing: how often each answered a certificate wrongly, or not at all although it owed an answer. It only orders the choice of the
 * members whose acceptances make a cohort; never does it lower their number below t, and members know nothing of it. Each version
 * that comes out takes one strike off whoever did not fail it: standing recovers with time.
 */
final class Standing {
    /** The strikes held against a member at most, so that no past is too long to make up for. */
    static final int MOST = 16;

    private Standing() {}

    static void strike(Step step, String member) {
        step.state().strikes().merge(member, 1, (a, b) -> Math.min(MOST, a + b));
    }

    /** A version is out: who still owes it an answer is struck, and all others but those who answered wrongly are forgiven one. */
    static void settle(Step step, SortedSet<String> owing, SortedSet<String> wrong) {
        SortedMap<String, Integer> strikes = step.state().strikes();
        strikes.replaceAll((member, count) -> owing.contains(member) || wrong.contains(member) ? count : count - 1);
        strikes.values().removeIf(count -> count <= 0);
        owing.forEach(member -> {
            strike(step, member);
            step.audit(AuditEvents.NO_RESPONSE, "member", member);
        });
    }

    /** Members who owe this cohort's certificate an answer and have not given it: those that voted or hold all its shares. */
    static List<String> owing(CoordinatorState state, Certified certified) {
        Terms terms = certified.proposal().terms();
        return terms.committee().stream()
                .filter(member -> !certified.responses().containsKey(terms.point(member)))
                .filter(member -> certified.voters().contains(member)
                        || AnswerRule.acceptedAll(state, certified.proposal(), member))
                .toList();
    }

    /** Sorts members so that those in good standing come first. */
    static void order(CoordinatorState state, List<String> members) {
        members.sort(Comparator.comparingInt(member -> state.strikes().getOrDefault(member, 0)));
    }
}
