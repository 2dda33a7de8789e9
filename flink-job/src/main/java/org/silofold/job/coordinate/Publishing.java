package org.silofold.job.coordinate;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.StartId;
import org.silofold.protocol.message.UpdateRef;

/**
 * An opened version whose manifest has not been read back from the log.
 *
 * @param version the version
 * @param attempt whose cohort it is; 0 for version 0
 * @param accumulator what it was opened from; empty without cohort
 * @param cohort its updates; empty for version 0
 * @param cohortDigest its cohort digest; zero for version 0
 * @param owing members who owe the certificate an answer and have not given it; an answer takes its member out
 * @param wrong members whose answer was wrong
 * @param awaits for a version that the log already holds, the id of the fence that says that it was made again bit for bit; until that is
 *     read back nothing is applied
 */
record Publishing(
        long version,
        int attempt,
        OptionalLong accumulator,
        List<UpdateRef> cohort,
        Digest cohortDigest,
        SortedSet<String> owing,
        SortedSet<String> wrong,
        Optional<StartId> awaits)
        implements InFlight {
    Publishing {
        cohort = List.copyOf(cohort);
        owing = new TreeSet<>(owing);
        wrong = Collections.unmodifiableSortedSet(new TreeSet<>(wrong));
    }

    /** A version without cohort. */
    static Publishing withoutCohort(long version, Optional<StartId> awaits) {
        return new Publishing(
                version, 0, OptionalLong.empty(), List.of(), Digest.ZERO, new TreeSet<>(), new TreeSet<>(), awaits);
    }

    /** The same, confirmed. */
    Publishing confirmed() {
        return new Publishing(version, attempt, accumulator, cohort, cohortDigest, owing, wrong, Optional.empty());
    }

    boolean isOf(Buffer buffer) {
        return buffer.version() == version && buffer.attempt() == attempt;
    }
}
