package org.silofold.protocol.cohort;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The answers to one cohort digest. A member answers once: its first answer stands, whatever it says later. With {@code t} votes the
 * cohort is certified; with {@code t} refusals it can never be.
 */
public final class VoteTally {
    private final int threshold;
    private final TreeMap<String, Boolean> answers = new TreeMap<>();

    /**
     * @param threshold t
     */
    public VoteTally(int threshold) {
        if (threshold < 1) {
            throw new IllegalArgumentException("a threshold is at least 1");
        }
        this.threshold = threshold;
    }

    /**
     * Counts a member's answer; whether the caller verified its signature and seat is the caller's concern.
     *
     * @param vote true for a vote, false for a refusal
     * @return whether this is the member's first answer
     */
    public boolean add(String member, boolean vote) {
        return answers.putIfAbsent(member, vote) == null;
    }

    /** Members that voted. */
    public int votes() {
        return (int) answers.values().stream().filter(vote -> vote).count();
    }

    /** Members that refused. */
    public int refusals() {
        return answers.size() - votes();
    }

    /** Whether t distinct members voted. */
    public boolean certified() {
        return votes() >= threshold;
    }

    /** Whether t distinct members refused, so that t votes can never be honest ones. */
    public boolean abandoned() {
        return refusals() >= threshold;
    }

    /** Every member's answer: true for a vote. */
    public SortedMap<String, Boolean> answers() {
        return Collections.unmodifiableSortedMap(answers);
    }
}
