package org.silofold.protocol.params;

/**
 * The number of committee members, with the fault bound and threshold that follow from it. With f = floor((n-1)/3) and
 * t = floor((n+f)/2) + 1, two different cohorts cannot both collect t votes when at most f members vote twice (2t &gt; n + f), and f
 * silent members cannot stop one (t &lt;= n - f).
 *
 * @param n members, {@value #MIN}..{@value #MAX}
 */
public record CommitteeSize(int n) {
    /** The smallest committee. With three members no fault is tolerated. */
    public static final int MIN = 3;

    /** The largest committee. */
    public static final int MAX = 32;

    /** @throws IllegalArgumentException outside {@value #MIN}..{@value #MAX} */
    public CommitteeSize {
        if (n < MIN || n > MAX) {
            throw new IllegalArgumentException("a committee has " + MIN + ".." + MAX + " members, not " + n);
        }
    }

    /** How many members may be malicious: f = floor((n-1)/3). */
    public int faults() {
        return (n - 1) / 3;
    }

    /** How many votes certify a cohort and how many shares open it: t = floor((n+f)/2) + 1. */
    public int threshold() {
        return (n + faults()) / 2 + 1;
    }
}
