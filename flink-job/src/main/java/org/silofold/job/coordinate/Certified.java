package org.silofold.job.coordinate;

import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A certified cohort that waits for the members' sums of shares until its deadline. A member's first response stands. */
final class Certified extends Awaiting {
    private final SortedSet<String> voters = new TreeSet<>();
    private final SortedMap<Integer, int[]> responses = new TreeMap<>();
    private boolean foldTold;
    private int extensions;
    /** Not in the state's bytes: what did not open opens no better after a restart, but is tried again. */
    private boolean tried;

    Certified(Proposal proposal, long deadlineMillis) {
        super(proposal, deadlineMillis);
    }

    /** Members who voted for it. */
    SortedSet<String> voters() {
        return voters;
    }

    /** Responses by the member's point. */
    SortedMap<Integer, int[]> responses() {
        return responses;
    }

    void add(int point, int[] response) {
        responses.put(point, response);
        tried = false;
    }

    /** Whether these very responses were tried and opened nothing. */
    boolean isTried() {
        return tried;
    }

    void setTried() {
        tried = true;
    }

    /** How often its deadline was put off because updates of it were not read yet. */
    int extensions() {
        return extensions;
    }

    void setExtensions(int count) {
        extensions = count;
    }

    /** Puts its deadline off to then, since updates of it are not read yet. */
    void extend(long untilMillis) {
        extendTo(untilMillis);
        extensions++;
    }

    /** Whether the fold knows that nothing will be subtracted any more. */
    boolean isFoldTold() {
        return foldTold;
    }

    void setFoldTold() {
        foldTold = true;
    }
}
