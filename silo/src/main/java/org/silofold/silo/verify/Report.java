package org.silofold.silo.verify;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What the check of a log came to.
 *
 * @param findings what is wrong, and what could not be checked
 * @param models what was counted, by model
 * @param rejections records that the aggregator turned away, by reason code
 * @param unverified records in topics of silos and members that do not verify, by topic: they count for nothing
 * @param openedBy whose key opened the updates; empty if none did, and no version was made again
 */
public record Report(
        List<Finding> findings,
        List<ModelSummary> models,
        SortedMap<String, Long> rejections,
        SortedMap<String, Long> unverified,
        Optional<String> openedBy) {
    /** All is right, as far as it was asked for. */
    public static final int RIGHT = 0;
    /** Something is wrong. */
    public static final int WRONG = 1;
    /** Nothing is known to be wrong, and not everything could be checked. */
    public static final int NOT_CHECKED = 3;

    /** Copies the lists. */
    public Report {
        findings = List.copyOf(findings);
        models = List.copyOf(models);
    }

    /** {@link #RIGHT}, {@link #WRONG} or {@link #NOT_CHECKED}. */
    public int exitCode() {
        if (findings.stream().anyMatch(finding -> finding.verdict() == Finding.Verdict.WRONG)) {
            return WRONG;
        }
        return findings.isEmpty() ? RIGHT : NOT_CHECKED;
    }
}
