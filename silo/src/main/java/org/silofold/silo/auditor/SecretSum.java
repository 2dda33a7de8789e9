package org.silofold.silo.auditor;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.silofold.protocol.encode.CanaryProbe;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.share.ErrorLocator;
import org.silofold.protocol.share.Shamir;
import org.silofold.schemas.TopicKind;

/**
 * The secret sum of a version, found again from the members' answers as the aggregator finds it, only that here its digest is known: some t
 * answers give the sum that the manifest names.
 */
final class SecretSum {
    private final AuditTerms terms;
    private final Verifier verifier;
    private final CohortLog log;

    SecretSum(AuditTerms terms, Verifier verifier, CohortLog log) {
        this.terms = terms;
        this.verifier = verifier;
        this.log = log;
    }

    /** What members answered first, and who may have answered otherwise, as others read it. */
    private record Answers(SortedMap<Integer, int[]> byPoint, SortedSet<String> doubtful) {}

    /**
     * Finds the sum.
     *
     * @param probe what the canary blocks say of a secret
     * @param folded the sum of the cohort's masked meta sections
     * @return N words, owned by the caller
     * @throws MissingRecordException if there are fewer than t answers; or if there is no such sum and answers cannot be judged here, or
     *     a member gave several, or the search ended at its bound
     * @throws RejectedException {@link Reason#WRONG_RESPONSE} if no t answers give the sum that the manifest names
     */
    int[] find(ModelManifest manifest, CanaryProbe probe, int[] folded) {
        Answers answers = enough(manifest);
        int threshold = terms.committee().threshold();
        ErrorLocator locator = new ErrorLocator(terms.layout().set(), threshold, answers.byPoint());
        Predicate<SortedSet<Integer>> named = named(answers, manifest);
        Optional<ErrorLocator.Errors> found = locator.find(answers.byPoint().size() - threshold, named)
                .or(() -> {
                    SortedMap<Integer, int[]> masks = new TreeMap<>();
                    answers.byPoint().forEach((point, words) -> masks.put(point, probe.masks(words)));
                    int tolerance = probe.tolerance(manifest.cohort().size());
                    return locator.findByProbe(masks, probe.targets(folded), tolerance, named);
                });
        return found.map(errors -> sumWithout(answers.byPoint(), errors.leftOut()))
                .orElseThrow(() -> notFound(answers, locator.gaveUp()));
    }

    /**
     * Looks for the sum without the cohort's meta sections, which open to no one but recipients: liars among the answers may then hide it.
     *
     * @throws MissingRecordException as {@link #find}, and if the sum is not found and there are more than t answers
     * @throws RejectedException as {@link #find}
     */
    void check(ModelManifest manifest) {
        Answers answers = enough(manifest);
        int threshold = terms.committee().threshold();
        int count = answers.byPoint().size();
        ErrorLocator locator = new ErrorLocator(terms.layout().set(), threshold, answers.byPoint());
        Predicate<SortedSet<Integer>> named = named(answers, manifest);
        // No more than t say nothing about one another: then only the digest tells.
        boolean found = count == threshold
                ? named.test(new TreeSet<>())
                : locator.find(count - threshold, named).isPresent();
        if (!found) {
            throw notFound(answers, locator.gaveUp() || count > threshold);
        }
    }

    private Predicate<SortedSet<Integer>> named(Answers answers, ModelManifest manifest) {
        return leftOut -> digest(sumWithout(answers.byPoint(), leftOut)).equals(manifest.secretSumDigest());
    }

    private Answers enough(ModelManifest manifest) {
        Answers answers = answers(manifest);
        int threshold = terms.committee().threshold();
        int count = answers.byPoint().size();
        String few = count + " members answered cohort " + CohortAudit.digest(manifest) + ", fewer than " + threshold;
        SortedSet<String> silent = new TreeSet<>(answers.doubtful());
        silent.removeIf(member -> answers.byPoint().containsKey(terms.roster().point(member)));
        if (count + silent.size() < threshold) {
            throw new MissingRecordException(MissingRecordException.Kind.NOT_SEEN, "answers: " + few);
        }
        if (count < threshold) {
            throw verifier.unverified(silent.first(), "answers: " + few + "; those of " + silent);
        }
        return answers;
    }

    private RuntimeException notFound(Answers answers, boolean gaveUp) {
        String what = "the secret sum: no " + terms.committee().threshold() + " of "
                + answers.byPoint().size() + " answers give it";
        if (!answers.doubtful().isEmpty()) {
            return verifier.unverified(answers.doubtful().first(), what + "; answers of " + answers.doubtful());
        }
        if (gaveUp) {
            return new MissingRecordException(
                    MissingRecordException.Kind.CLOSED,
                    what + " of those that were tried; more are made to look right");
        }
        return new RejectedException(Reason.WRONG_RESPONSE, what);
    }

    /** By any t of the answers that are not left out. */
    private int[] sumWithout(SortedMap<Integer, int[]> answers, SortedSet<Integer> leftOut) {
        SortedMap<Integer, int[]> some = new TreeMap<>();
        answers.forEach((point, words) -> {
            if (!leftOut.contains(point) && some.size() < terms.committee().threshold()) {
                some.put(point, words);
            }
        });
        return Shamir.interpolateAtZero(terms.layout().set(), some);
    }

    private static Digest digest(int[] sum) {
        return Digest.sha256(Words.toBytes(sum));
    }

    /** By the member's point. A member's first answer of the right shape stands. */
    private Answers answers(ModelManifest manifest) {
        ParameterSet set = terms.layout().set();
        Digest cohort = CohortAudit.digest(manifest);
        Buffer buffer = new Buffer(manifest.version(), manifest.attempt());
        SortedMap<Integer, int[]> byPoint = new TreeMap<>();
        SortedSet<String> doubtful = new TreeSet<>();
        for (String member : terms.roster().committee()) {
            SaidRecords<UnmaskResponse> said = SaidRecords.of(
                    log.responses(member, cohort),
                    record -> verifier.openInTime(
                            UnmaskResponse.class, Purpose.UNMASK_RESPONSE, TopicKind.RESPONSES, member, record));
            List<int[]> given = said.signed().stream()
                    .filter(answer -> answer.message().cohortDigest().equals(cohort)
                            && answer.message().buffer().equals(buffer)
                            && Verifier.sameEpoch(answer.message().context(), manifest.context())
                            && answer.payloadLength() == set.blockBytes())
                    .map(answer -> words(set, answer.payload()))
                    .flatMap(Optional::stream)
                    .toList();
            if (!given.isEmpty()) {
                byPoint.put(terms.roster().point(member), given.get(0));
            }
            if (!said.complete() || given.stream().anyMatch(words -> !Arrays.equals(words, given.get(0)))) {
                doubtful.add(member);
            }
        }
        return new Answers(byPoint, doubtful);
    }

    private static Optional<int[]> words(ParameterSet set, byte[] payload) {
        try {
            return Optional.of(Words.read(set, payload, 0, set.n()));
        } catch (RejectedException e) {
            return Optional.empty();
        }
    }
}
