package org.silofold.job.coordinate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.silofold.job.event.Terms;
import org.silofold.protocol.encode.CanaryProbe;
import org.silofold.protocol.encode.MetaLayout;
import org.silofold.protocol.encode.MetaSums;
import org.silofold.protocol.encode.MetricRange;
import org.silofold.protocol.encode.SumOpener;
import org.silofold.protocol.mask.ModularSum;
import org.silofold.protocol.mask.PublicElements;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.share.ErrorLocator;
import org.silofold.protocol.share.Shamir;

/** The protocol's mathematics: ring masks, Shamir shares and the meta block's encoding. */
final class RingMaskMath implements MaskMath {
    @Override
    public boolean isBlock(String parameterSet, int[] words) {
        try {
            ParameterSet set = ParameterSet.byName(parameterSet);
            Words.check(set, words);
            return words.length == set.n();
        } catch (RejectedException e) {
            return false;
        }
    }

    @Override
    public boolean isMeta(String parameterSet, int[] words) {
        try {
            ParameterSet set = ParameterSet.byName(parameterSet);
            Words.check(set, words);
            return words.length == MetaLayout.words(set);
        } catch (RejectedException e) {
            return false;
        }
    }

    @Override
    public Optional<ErrorLocator.Errors> errors(
            Terms terms, int needed, SortedMap<Integer, int[]> responses, List<int[]> metaBlocks) {
        int threshold = threshold(terms);
        Predicate<SortedSet<Integer>> opens = leftOut -> decode(
                        terms, secretSum(terms, Opening.firstWithout(responses, leftOut, threshold)), metaBlocks)
                .isPresent();
        ErrorLocator locator = new ErrorLocator(set(terms), threshold, responses);
        int most = responses.size() - needed;
        return locator.find(most, opens)
                .or(() -> needed > threshold ? Optional.empty() : probe(locator, terms, responses, metaBlocks, opens));
    }

    private static Optional<ErrorLocator.Errors> probe(
            ErrorLocator locator,
            Terms terms,
            SortedMap<Integer, int[]> responses,
            List<int[]> metaBlocks,
            Predicate<SortedSet<Integer>> opens) {
        CanaryProbe probe = new CanaryProbe(elements(terms), layout(terms), encoding(terms));
        SortedMap<Integer, int[]> masks = new TreeMap<>();
        responses.forEach((point, words) -> masks.put(point, probe.masks(words)));
        int[] targets = probe.targets(sum(set(terms), metaBlocks));
        return locator.findByProbe(masks, targets, probe.tolerance(metaBlocks.size()), opens);
    }

    @Override
    public int[] secretSum(Terms terms, SortedMap<Integer, int[]> responses) {
        return Shamir.interpolateAtZero(set(terms), responses);
    }

    @Override
    public Optional<MetaSum> decode(Terms terms, int[] secretSum, List<int[]> metaBlocks) {
        ParameterSet set = set(terms);
        int[] block = sum(set, metaBlocks);
        List<MetricRange> ranges = terms.metrics().stream()
                .map(m -> new MetricRange(m.name(), m.min(), m.max()))
                .toList();
        try (SumOpener opener = opener(terms, secretSum, metaBlocks.size())) {
            MetaSums sums = opener.meta(block, ranges, terms.minWeight());
            List<ModelManifest.MetricSum> metrics = new ArrayList<>();
            for (int i = 0; i < ranges.size(); i++) {
                metrics.add(new ModelManifest.MetricSum(
                        ranges.get(i).name(), sums.metrics().get(i)));
            }
            return Optional.of(new MetaSum(sums.sumOfWeights(), metrics));
        } catch (RejectedException e) {
            return Optional.empty();
        }
    }

    /** The cohort's meta sections, added up. */
    static int[] sum(ParameterSet set, List<int[]> metaBlocks) {
        int[] block = new int[MetaLayout.words(set)];
        for (int[] words : metaBlocks) {
            byte[] bytes = Words.toBytes(words);
            ModularSum.add(set, block, 0, bytes, 0, bytes.length);
        }
        return block;
    }

    private static ParameterSet set(Terms terms) {
        return ParameterSet.byName(terms.parameterSet());
    }

    private static SumOpener opener(Terms terms, int[] secretSum, int cohortSize) {
        return new SumOpener(elements(terms), layout(terms), encoding(terms), secretSum, cohortSize);
    }

    private static PublicElements elements(Terms terms) {
        Context context = terms.context();
        return PublicElements.of(set(terms), context.federation(), context.model(), context.rosterEpoch());
    }

    private static ShardLayout layout(Terms terms) {
        return new ShardLayout(set(terms), terms.parameterCount());
    }

    private static Encoding encoding(Terms terms) {
        return new Encoding(set(terms), terms.clip(), terms.maxCohort());
    }

    private static int threshold(Terms terms) {
        return new CommitteeSize(terms.committee().size()).threshold();
    }
}
