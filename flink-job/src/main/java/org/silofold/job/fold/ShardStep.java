package org.silofold.job.fold;

import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.Terms;
import org.silofold.protocol.encode.SumOpener;
import org.silofold.protocol.mask.PublicElements;
import org.silofold.protocol.optimize.OptimizerKind;
import org.silofold.protocol.optimize.OptimizerSpec;
import org.silofold.protocol.optimize.ServerOptimizer;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;

/** Opens a shard's sum and steps the shard's parameters by the mean. */
final class ShardStep {
    private ShardStep() {}

    /**
     * @param model the shard's model after the step, in arrays of its own
     * @param outOfBounds how many sums were cut back
     */
    record Result(ShardModel model, int outOfBounds) {}

    /**
     * Makes the next version of a shard.
     *
     * @param command the secret sum and the terms
     * @param shard which shard
     * @param sum the accumulator, left as it is
     * @param before the shard's model, left as it is
     */
    static Result step(FoldCommand.Open command, int shard, int[] sum, ShardModel before) {
        Terms terms = command.terms();
        int count = before.parameters().length;
        float[] mean = new float[count];
        int outOfBounds = open(command, shard, sum, mean);

        OptimizerSpec optimizer = new OptimizerSpec(
                OptimizerKind.ofCode(terms.optimizer()),
                terms.learningRate(),
                terms.beta1(),
                terms.beta2(),
                terms.adaptivity());
        float[] parameters = before.parameters().clone();
        float[] first = moment(optimizer.usesFirstMoment(), before.firstMoment(), count);
        float[] second = moment(optimizer.usesSecondMoment(), before.secondMoment(), count);
        ServerOptimizer.step(optimizer, parameters, mean, first, second, 0, count);
        return new Result(
                new ShardModel(command.version(), before.shardCount(), parameters, first, second), outOfBounds);
    }

    private static int open(FoldCommand.Open command, int shard, int[] sum, float[] mean) {
        Terms terms = command.terms();
        ParameterSet set = ParameterSet.byName(terms.parameterSet());
        ShardLayout layout = new ShardLayout(set, terms.parameterCount());
        Encoding encoding = new Encoding(set, terms.clip(), terms.maxCohort());
        PublicElements elements = PublicElements.of(
                set,
                terms.context().federation(),
                terms.context().model(),
                terms.context().rosterEpoch());
        try (SumOpener opener = new SumOpener(elements, layout, encoding, command.secretSum(), command.cohortSize())) {
            return opener.mean(shard, sum, command.sumOfWeights(), mean);
        }
    }

    private static float[] moment(boolean used, float[] before, int count) {
        if (!used) {
            return before;
        }
        return before.length == 0 ? new float[count] : before.clone();
    }
}
