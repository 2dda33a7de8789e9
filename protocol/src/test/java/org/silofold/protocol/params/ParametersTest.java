package org.silofold.protocol.params;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

class ParametersTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;

    @ParameterizedTest
    @CsvSource({"3,0,2", "4,1,3", "7,2,5", "10,3,7", "32,10,22"})
    void committees(int n, int faults, int threshold) {
        assertThat(new CommitteeSize(n).faults()).isEqualTo(faults);
        assertThat(new CommitteeSize(n).threshold()).isEqualTo(threshold);
    }

    @Property
    void twoCohortsCannotBothBeCertifiedAndFaultsCannotStopOne(@ForAll @IntRange(min = 3, max = 32) int n) {
        CommitteeSize committee = new CommitteeSize(n);
        assertThat(2 * committee.threshold()).isGreaterThan(n + committee.faults());
        assertThat(committee.threshold()).isLessThanOrEqualTo(n - committee.faults());
    }

    @Test
    void impossibleParametersCannotBeConstructed() {
        refused(() -> new CommitteeSize(2));
        refused(() -> new CommitteeSize(33));
        refused(() -> new ParameterSet("COMPOSITE", 2048, 4293918723L, 6.4, 13));
        refused(() -> new ParameterSet("NO-ROOT", 2048, 4294967291L, 6.4, 13));
        refused(() -> new ParameterSet("NOT-A-POWER", 2047, SET.q(), 6.4, 13));
        refused(() -> new ParameterSet("lower", 2048, SET.q(), 6.4, 13));
        refused(() -> new ParameterSet("WIDE", 2048, SET.q(), 1e7, 13));
        refused(() -> new ParameterSet("NARROW", 2048, SET.q(), 0.1, 13));
        refused(() -> new Encoding(SET, 0, 10));
        refused(() -> new Encoding(SET, Double.NaN, 10));
        refused(() -> new Encoding(SET, Double.POSITIVE_INFINITY, 10));
        refused(() -> new Encoding(SET, 1, 0));
        refused(() -> new Encoding(SET, 1, 1_000_000));
        refused(() -> new ShardLayout(SET, 0));
        refused(() -> new ShardLayout(SET, Long.MAX_VALUE));
        refused(() -> new Weighting(Weighting.Rule.UNIFORM, 0, 0, 1));
        refused(() -> new Weighting(Weighting.Rule.UNIFORM, 1, -1, 1));
        refused(() -> new Weighting(Weighting.Rule.UNIFORM, 1, 0, 0));
    }

    @Test
    void parameterSetsAreFoundByName() {
        assertThat(ParameterSet.byName("MASK-2048-32")).isSameAs(SET);
        assertThat(SET.noiseTail()).isEqualTo(84);
        assertThatThrownBy(() -> ParameterSet.byName("MASK-2048-31"))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_PARAMETER_SET));
    }

    @Property
    void everyCohortFitsTheRingWithItsHeadroom(@ForAll @IntRange(min = 1, max = 790_000) int maxCohort) {
        Encoding encoding = new Encoding(SET, 0.5, maxCohort);
        assertThat(encoding.scale()).isEqualTo((int) (SET.q() / (32L * maxCohort)) - 84);
        assertThat(2L * Encoding.HEADROOM * maxCohort * (encoding.scale() + 84L))
                .isLessThanOrEqualTo(SET.q());
        assertThat(encoding.sumBound(maxCohort)).isEqualTo(maxCohort * (encoding.scale() + 84));
        assertThat(encoding.noiseBound(1)).isEqualTo(84);
    }

    @Test
    void aUnitIsAtMostAMillionthOfTheClipUpTo127Silos() {
        assertThat(new Encoding(SET, 1, 127).unit()).isLessThanOrEqualTo(0x1p-20);
        refused(() -> new Encoding(SET, 1, 127).sumBound(128));
    }

    @Property
    void shardsCoverTheModelOnce(@ForAll @LongRange(min = 1, max = 50_000_000) long count) {
        ShardLayout layout = new ShardLayout(SET, count);
        long parameters = 0;
        int blocks = 0;
        for (int s = 0; s < layout.shards(); s++) {
            assertThat(layout.firstParameter(s)).isEqualTo(parameters);
            assertThat(layout.firstBlock(s)).isEqualTo(blocks);
            assertThat(layout.blocksIn(s)).isBetween(1, ShardLayout.BLOCKS_PER_SHARD);
            assertThat(layout.wordsIn(s) - layout.parametersIn(s)).isBetween(0, SET.n() - 1);
            parameters += layout.parametersIn(s);
            blocks += layout.blocksIn(s);
        }
        assertThat(parameters).isEqualTo(count);
        assertThat(blocks).isEqualTo(layout.blocks());
        assertThat(layout.metaBlock()).isEqualTo(blocks);
        assertThat(layout.bytesIn(0)).isLessThanOrEqualTo(768 * 1024);
    }

    @Test
    void weightsOfKnownCases() {
        Weighting examples = new Weighting(Weighting.Rule.EXAMPLES, 400, 0.5, 0.01);
        assertThat(examples.weight(100, 0)).isEqualTo(0.25);
        assertThat(examples.weight(100, 3)).isEqualTo(0.125);
        assertThat(examples.weight(4000, 0)).isEqualTo(1.0);
        assertThat(examples.weight(0, 0)).isEqualTo(0.01);
        Weighting uniform = new Weighting(Weighting.Rule.UNIFORM, 400, 1, 0.01);
        assertThat(uniform.weight(1, 0)).isEqualTo(1.0);
        assertThat(uniform.weight(1, 4)).isEqualTo(0.2);
        assertThatThrownBy(() -> uniform.weight(-1, 0)).isInstanceOf(RejectedException.class);
        assertThatThrownBy(() -> uniform.weight(1, -1)).isInstanceOf(RejectedException.class);
        for (Weighting.Rule rule : Weighting.Rule.values()) {
            assertThat(Weighting.Rule.ofCode(rule.code())).isEqualTo(rule);
        }
        assertThatThrownBy(() -> Weighting.Rule.ofCode("size")).isInstanceOf(RejectedException.class);
    }

    @Property
    void weightsStayWithinTheirRange(
            @ForAll @LongRange(min = 0) long examples,
            @ForAll @IntRange(min = 0) int tau,
            @ForAll @DoubleRange(min = 0, max = 16) double alpha) {
        for (Weighting.Rule rule : Weighting.Rule.values()) {
            assertThat(new Weighting(rule, 1000, alpha, 0.02).weight(examples, tau))
                    .isBetween(0.02, 1.0);
        }
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
    }
}
