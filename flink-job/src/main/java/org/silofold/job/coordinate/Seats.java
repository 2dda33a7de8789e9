package org.silofold.job.coordinate;

import java.util.List;
import org.silofold.job.event.ModelRegistry;
import org.silofold.job.event.RosterId;
import org.silofold.job.event.Terms;

/**
 * Whose word counts. A member speaks for a cohort if it has a seat in the committee that the cohort was requested of, spoke under that very
 * roster, and is not revoked or suspended: the members keep the same rule among themselves, so what counts here counts there. The registry
 * may have changed since the record was let in, hence the rule is asked when the word is taken and again when it is counted.
 */
final class Seats {
    private Seats() {}

    /** Whether the member may speak for a cohort requested on these terms. */
    static boolean mayAnswer(Step step, Terms terms, String member, RosterId under) {
        return isSeated(terms, member, under) && mayStillSpeak(step, member);
    }

    /** Whether the member has a seat in the committee of these terms, and spoke under their roster. */
    static boolean isSeated(Terms terms, String member, RosterId under) {
        return terms.point(member) > 0 && RosterId.of(terms.context()).equals(under);
    }

    /** Whether the member is neither revoked nor suspended now. */
    static boolean mayStillSpeak(Step step, String member) {
        return !step.registry().isRevoked(member, step.now());
    }

    /** The committee of the roster in force without those who may not speak now. */
    static List<String> speaking(ModelRegistry registry, long now) {
        return registry.roster().committee().stream()
                .filter(member -> !registry.isRevoked(member, now))
                .toList();
    }
}
