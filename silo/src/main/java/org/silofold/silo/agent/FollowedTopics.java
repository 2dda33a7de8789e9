package org.silofold.silo.agent;

import java.util.ArrayList;
import java.util.List;

/**
 * Topics that are to be followed.
 *
 * @param needed topics that must be there, at least one
 * @param ifThere topics that are followed once they are there and may be read
 */
record FollowedTopics(List<String> needed, List<String> ifThere) {
    private static final int NAMED = 4;

    FollowedTopics {
        needed = List.copyOf(needed);
        ifThere = List.copyOf(ifThere);
    }

    static FollowedTopics all(List<String> needed) {
        return new FollowedTopics(needed, List.of());
    }

    /** A few of them for a person, and how many more. */
    String describe() {
        List<String> names = new ArrayList<>(needed);
        names.addAll(ifThere);
        int more = names.size() - NAMED;
        return String.join(", ", names.subList(0, Math.min(names.size(), NAMED)))
                + (more > 0 ? " and " + more + " more" : "");
    }
}
