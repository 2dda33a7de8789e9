package org.silofold.silo.auditor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.share.Shamir;
import org.silofold.schemas.TopicKind;

/** The secret sum of a version, found again from the members' answers: t of them give the sum whose digest the manifest names. */
final class SecretSum {
    /** Most sets of t answers that are tried; that is every set of up to 14 members. */
    static final int MOST_SETS = 2048;

    private SecretSum() {}

    /**
     * Finds the sum.
     *
     * @return N words, owned by the caller
     * @throws MissingRecordException if there are fewer than t answers
     * @throws RejectedException {@link Reason#WRONG_RESPONSE} if no t answers give the sum that the manifest names
     */
    static int[] find(ModelManifest manifest, AuditTerms terms, Verifier verifier, CohortLog log) {
        ParameterSet set = terms.layout().set();
        SortedMap<Integer, int[]> answers = answers(manifest, terms, verifier, log);
        int threshold = terms.committee().threshold();
        if (answers.size() < threshold) {
            throw new MissingRecordException(
                    MissingRecordException.Kind.NOT_SEEN,
                    "answers: " + answers.size() + " members answered cohort " + CohortAudit.digest(manifest)
                            + ", fewer than " + threshold);
        }
        List<Integer> points = List.copyOf(answers.keySet());
        int[] chosen = new int[threshold];
        for (int i = 0; i < threshold; i++) {
            chosen[i] = i;
        }
        int sets = 0;
        do {
            int[] sum = sum(set, answers, points, chosen);
            if (Digest.sha256(Words.toBytes(sum)).equals(manifest.secretSumDigest())) {
                return sum;
            }
            sets++;
        } while (sets < MOST_SETS && next(chosen, points.size()));
        throw new RejectedException(
                Reason.WRONG_RESPONSE, "no " + threshold + " of " + points.size() + " answers give the secret sum");
    }

    private static int[] sum(ParameterSet set, SortedMap<Integer, int[]> answers, List<Integer> points, int[] chosen) {
        SortedMap<Integer, int[]> subset = new TreeMap<>();
        for (int index : chosen) {
            subset.put(points.get(index), answers.get(points.get(index)));
        }
        return Shamir.interpolateAtZero(set, subset);
    }

    /** By the member's point. A member's first answer of the right shape stands. */
    private static SortedMap<Integer, int[]> answers(
            ModelManifest manifest, AuditTerms terms, Verifier verifier, CohortLog log) {
        ParameterSet set = terms.layout().set();
        Digest cohort = CohortAudit.digest(manifest);
        SortedMap<Integer, int[]> answers = new TreeMap<>();
        for (String member : terms.roster().committee()) {
            List<int[]> sums = new ArrayList<>();
            for (LogRecord record : log.responses(member, cohort)) {
                verifier.open(UnmaskResponse.class, Purpose.UNMASK_RESPONSE, TopicKind.RESPONSES, member, record)
                        .filter(answer -> answer.message().cohortDigest().equals(cohort)
                                && Verifier.sameEpoch(answer.message().context(), manifest.context())
                                && answer.payloadLength() == set.blockBytes())
                        .ifPresent(answer -> words(set, answer.payload()).ifPresent(sums::add));
            }
            if (!sums.isEmpty()) {
                answers.put(terms.roster().point(member), sums.get(0));
            }
        }
        return answers;
    }

    private static Optional<int[]> words(ParameterSet set, byte[] payload) {
        try {
            return Optional.of(Words.read(set, payload, 0, set.n()));
        } catch (RejectedException e) {
            return Optional.empty();
        }
    }

    /** The next combination in lexicographic order; false if this was the last. */
    private static boolean next(int[] chosen, int n) {
        int k = chosen.length;
        for (int i = k - 1; i >= 0; i--) {
            if (chosen[i] < n - k + i) {
                chosen[i]++;
                for (int j = i + 1; j < k; j++) {
                    chosen[j] = chosen[j - 1] + 1;
                }
                return true;
            }
        }
        return false;
    }
}
