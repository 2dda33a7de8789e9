package org.silofold.job.coordinate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Predicate;
import org.silofold.job.event.Terms;
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
                .or(() -> needed > threshold
                        ? Optional.empty()
                        : new CanaryProbe(terms, metaBlocks).locate(locator, responses, opens));
    }

    @Override
    public int[] secretSum(Terms terms, SortedMap<Integer, int[]> responses) {
        return Shamir.interpolateAtZero(set(terms), responses);
    }

    @Override
    public Optional<MetaSum> decode(Terms terms, int[] secretSum, List<int[]> metaBlocks) {
        ParameterSet set = set(terms);
        Context context = terms.context();
        int[] block = sum(set, metaBlocks);
        PublicElements elements = PublicElements.of(set, context.federation(), context.model(), context.rosterEpoch());
        ShardLayout layout = new ShardLayout(set, terms.parameterCount());
        Encoding encoding = new Encoding(set, terms.clip(), terms.maxCohort());
        List<MetricRange> ranges = terms.metrics().stream()
                .map(m -> new MetricRange(m.name(), m.min(), m.max()))
                .toList();
        try (SumOpener opener = new SumOpener(elements, layout, encoding, secretSum, metaBlocks.size())) {
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

    private static int threshold(Terms terms) {
        return new CommitteeSize(terms.committee().size()).threshold();
    }
}
