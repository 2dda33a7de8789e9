package org.silofold.job.fold;

import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.FoldedShard;
import org.silofold.job.event.PublishInput;
import org.silofold.job.event.ShardCommand;
import org.silofold.job.event.ShardPayload;
import org.silofold.job.event.ShardPlace;
import org.silofold.job.event.UpdateKey;
import org.silofold.job.metrics.JobMetrics;
import org.silofold.job.types.JobTypes;
import org.silofold.job.types.UpdateKeySerializer;
import org.silofold.protocol.mask.ModularSum;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.params.ParameterSet;

/**
 * Sums, opens and steps one shard of one model; keyed by {@link ShardPlace}. Commands come in the coordinator's order and are exact; bytes
 * come when they come, and a command about bytes that are not there yet is remembered. The first bytes of a place stand.
 *
 * <p>A step makes a candidate, of which publish learns the digest. Only when the coordinator has read the version's manifest in the log is the
 * candidate applied and sent out. So a cohort whose sums are out of bounds in any shard changes no shard and sends nothing, nobody holds the whole model
 * in one place, and the graph has no loop: publish's word comes back through the log. It costs one more checkpoint until silos have a version.
 */
public final class FoldFunction extends KeyedCoProcessFunction<ShardPlace, ShardPayload, ShardCommand, FoldedShard> {
    private static final ParameterSet RING = ParameterSet.MASK_2048_32;

    /** Candidates' digests, for publish. */
    public static final OutputTag<PublishInput> DONE = new OutputTag<>("shard-done", JobTypes.PUBLISH);

    private transient MapState<UpdateKey, byte[]> staged;
    private transient MapState<Long, int[]> sums;
    private transient ValueState<FoldBook> books;
    private transient ValueState<ShardModel> models;
    private transient ValueState<Candidate> candidates;
    private transient JobMetrics metrics;

    @Override
    public void open(OpenContext context) {
        staged = getRuntimeContext()
                .getMapState(new MapStateDescriptor<>(
                        "staged", UpdateKeySerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE));
        sums = getRuntimeContext()
                .getMapState(new MapStateDescriptor<>("sums", LongSerializer.INSTANCE, WordsSerializer.INSTANCE));
        books = getRuntimeContext().getState(new ValueStateDescriptor<>("book", FoldBookSerializer.INSTANCE));
        models = getRuntimeContext().getState(new ValueStateDescriptor<>("model", ShardModelSerializer.INSTANCE));
        candidates =
                getRuntimeContext().getState(new ValueStateDescriptor<>("candidate", CandidateSerializer.INSTANCE));
        metrics = new JobMetrics(getRuntimeContext().getMetricGroup());
    }

    @Override
    public void processElement1(ShardPayload payload, Context ctx, Collector<FoldedShard> out) throws Exception {
        if (payload instanceof ShardPayload.VerifiedShard shard) {
            receive(shard, ctx, out);
        } else if (payload instanceof ShardPayload.InitialShard initial) {
            begin(initial, ctx, out);
        }
    }

    @Override
    public void processElement2(ShardCommand command, Context ctx, Collector<FoldedShard> out) throws Exception {
        FoldBook book = book();
        FoldCommand what = command.command();
        if (what instanceof FoldCommand.Join join) {
            join(book, join);
        } else if (what instanceof FoldCommand.Leave leave) {
            leave(book, leave);
        } else if (what instanceof FoldCommand.Drop drop) {
            staged.remove(drop.update());
            book.end(drop.update());
        } else if (what instanceof FoldCommand.Certified certified) {
            Account account = book.account(certified.accumulator());
            account.certify();
            for (UpdateKey update : account.added) {
                staged.remove(update);
            }
        } else if (what instanceof FoldCommand.Discard discard) {
            book.accounts().remove(discard.accumulator());
            sums.remove(discard.accumulator());
            if (candidates.value() != null && candidates.value().isOf(discard.accumulator())) {
                candidates.clear();
            }
        } else if (what instanceof FoldCommand.Open open) {
            book.account(open.accumulator()).open(open);
        } else if (what instanceof FoldCommand.Apply apply) {
            book.applied().add(apply.version());
        } else if (what instanceof FoldCommand.Carry carry) {
            book.carried().put(carry.version(), carry.context());
        } else if (what instanceof FoldCommand.SendAgain again) {
            ShardModel model = models.value();
            if (model != null && model.version() == again.version()) {
                apply(model, again.context(), command.place(), out);
            }
        }
        advance(book, command.place(), ctx, out);
        books.update(book);
    }

    private void receive(ShardPayload.VerifiedShard shard, Context ctx, Collector<FoldedShard> out) throws Exception {
        FoldBook book = book();
        UpdateKey update = shard.update();
        Optional<Long> waiting = book.waitingFor(update);
        if (waiting.isPresent()) {
            Account account = book.account(waiting.get());
            add(waiting.get(), shard.words());
            account.waiting.remove(update);
            account.added.add(update);
            if (!account.certified()) {
                staged.put(update, shard.words());
            }
            advance(book, shard.place(), ctx, out);
            books.update(book);
        } else if (book.holding(update).isPresent() || staged.contains(update)) {
            metrics.count(JobMetrics.DUPLICATES);
        } else if (!book.hasEnded(update)) {
            staged.put(update, shard.words());
        }
    }

    private void begin(ShardPayload.InitialShard initial, Context ctx, Collector<FoldedShard> out) throws Exception {
        if (models.value() != null || candidates.value() != null) {
            metrics.count(JobMetrics.DUPLICATES);
            return;
        }
        float[] parameters = FloatBytes.floats(initial.parameters());
        ShardModel model = new ShardModel(0, initial.shardCount(), parameters, new float[0], new float[0]);
        propose(new Candidate(OptionalLong.empty(), initial.context(), model), 0, 0, initial.place(), ctx);
        FoldBook book = book();
        advance(book, initial.place(), ctx, out);
        books.update(book);
    }

    private void join(FoldBook book, FoldCommand.Join join) throws Exception {
        Account account = book.account(join.accumulator());
        byte[] words = staged.get(join.update());
        if (words == null) {
            account.waiting.add(join.update());
        } else if (account.added.add(join.update())) {
            add(join.accumulator(), words);
        }
    }

    private void leave(FoldBook book, FoldCommand.Leave leave) throws Exception {
        Account account = book.account(leave.accumulator());
        if (account.waiting.remove(leave.update()) || !account.added.remove(leave.update())) {
            return;
        }
        int[] sum = sums.get(leave.accumulator());
        byte[] words = staged.get(leave.update());
        ModularSum.subtract(RING, sum, 0, words, 0, words.length);
        sums.put(leave.accumulator(), sum);
    }

    private void add(long accumulator, byte[] words) throws Exception {
        int[] sum = sums.get(accumulator);
        if (sum == null) {
            sum = new int[words.length / Integer.BYTES];
        }
        ModularSum.add(RING, sum, 0, words, 0, words.length);
        sums.put(accumulator, sum);
        metrics.count(JobMetrics.FOLDED);
        metrics.count(JobMetrics.PARAMETERS_FOLDED, sum.length);
    }

    /** Does everything that can be done: applies what is published, opens what is ripe. */
    private void advance(FoldBook book, ShardPlace place, Context ctx, Collector<FoldedShard> out) throws Exception {
        boolean moved = true;
        while (moved) {
            moved = applyCandidate(book, place, out) || carry(book, place, out) || openWhatIsRipe(book, place, ctx);
        }
    }

    private boolean applyCandidate(FoldBook book, ShardPlace place, Collector<FoldedShard> out) throws Exception {
        Candidate candidate = candidates.value();
        if (candidate == null || !book.applied().remove(candidate.model().version())) {
            return false;
        }
        candidates.clear();
        apply(candidate.model(), candidate.context(), place, out);
        return true;
    }

    private boolean carry(FoldBook book, ShardPlace place, Collector<FoldedShard> out) throws Exception {
        ShardModel model = models.value();
        if (model == null || !book.carried().containsKey(model.version() + 1)) {
            return false;
        }
        long version = model.version() + 1;
        apply(model.at(version), book.carried().remove(version), place, out);
        return true;
    }

    private void apply(
            ShardModel model,
            org.silofold.protocol.message.Context context,
            ShardPlace place,
            Collector<FoldedShard> out)
            throws Exception {
        models.update(model);
        byte[] parameters = FloatBytes.bytes(model.parameters());
        out.collect(new FoldedShard(context, model.version(), place.index(), model.shardCount(), parameters));
    }

    private boolean openWhatIsRipe(FoldBook book, ShardPlace place, Context ctx) throws Exception {
        ShardModel model = models.value();
        Optional<Long> ripe =
                model == null || candidates.value() != null ? Optional.empty() : book.ripe(model.version());
        if (ripe.isEmpty()) {
            return false;
        }
        long started = System.nanoTime();
        FoldCommand.Open command = book.account(ripe.get()).open().orElseThrow();
        ShardStep.Result result = ShardStep.step(command, place.index(), sums.get(ripe.get()), model);
        book.accounts().remove(ripe.get());
        sums.remove(ripe.get());
        metrics.observeMicros(JobMetrics.STEP_MICROS, started);
        metrics.count(JobMetrics.OUT_OF_BOUNDS, result.outOfBounds());
        Candidate candidate = new Candidate(
                OptionalLong.of(command.accumulator()), command.terms().context(), result.model());
        propose(candidate, command.attempt(), result.outOfBounds(), place, ctx);
        return true;
    }

    private void propose(Candidate candidate, int attempt, int outOfBounds, ShardPlace place, Context ctx)
            throws Exception {
        candidates.update(candidate);
        ctx.output(
                DONE,
                new PublishInput.ShardDone(
                        place.model(),
                        new Buffer(candidate.model().version(), attempt),
                        place.index(),
                        Digest.sha256(FloatBytes.bytes(candidate.model().parameters())),
                        candidate.context(),
                        outOfBounds));
    }

    private FoldBook book() throws Exception {
        FoldBook book = books.value();
        return book == null ? new FoldBook() : book;
    }
}
