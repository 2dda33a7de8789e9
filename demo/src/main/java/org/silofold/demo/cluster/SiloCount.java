package org.silofold.demo.cluster;

/**
 * What became of a silo's updates.
 *
 * @param silo whose
 * @param submitted how many its agent took
 * @param inVersions how many are in versions
 * @param ended how many ended otherwise, with a reason that it was told
 * @param staleness versions between an update's base and the version before its own, summed over those in versions
 * @param mostStale the largest of these
 */
public record SiloCount(String silo, long submitted, long inVersions, long ended, long staleness, long mostStale) {
    static SiloCount none(String silo) {
        return new SiloCount(silo, 0, 0, 0, 0, 0);
    }

    SiloCount inVersion(long stale) {
        return new SiloCount(silo, submitted + 1, inVersions + 1, ended, staleness + stale, Math.max(mostStale, stale));
    }

    SiloCount outside(boolean hasEnded) {
        return new SiloCount(silo, submitted + 1, inVersions, ended + (hasEnded ? 1 : 0), staleness, mostStale);
    }

    /** The mean staleness of the updates in versions, in versions. */
    public double meanStaleness() {
        return inVersions == 0 ? 0 : (double) staleness / inVersions;
    }
}
