package org.silofold.job.coordination;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.silofold.job.config.KeyFiles;
import org.silofold.job.config.Party;
import org.silofold.job.coordinate.AuditEvents;
import org.silofold.job.coordinate.Coordinator;
import org.silofold.job.coordinate.CoordinatorState;
import org.silofold.job.coordinate.Effects;
import org.silofold.job.coordinate.MaskMath;
import org.silofold.job.event.AuditNote;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.LotKey;
import org.silofold.job.event.ModelEvent;
import org.silofold.job.event.ModelRegistry;
import org.silofold.job.event.OutRecord;
import org.silofold.job.event.PublishCommand;
import org.silofold.job.event.PublishInput;
import org.silofold.job.event.ShardCommand;
import org.silofold.job.event.ShardPlace;
import org.silofold.job.metrics.JobMetrics;
import org.silofold.job.publish.Signer;
import org.silofold.job.types.ContextSerializer;
import org.silofold.job.types.JobTypes;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Fence;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.StartId;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.schemas.Topics;

/**
 * Carries events to the coordinator of their model and its effects to where they take effect; keyed by model. Requests, fates and notes on broken cohorts leave
 * through a transactional sink, so the world sees them only with the checkpoint that fixed the state they came from.
 */
public final class CoordinateFunction extends KeyedProcessFunction<String, ModelEvent, ShardCommand> {
    /** Signed requests, fates, fences and notes on broken cohorts. */
    public static final OutputTag<OutRecord> DECISIONS = new OutputTag<>("decisions", JobTypes.OUT);
    /** For publish. */
    public static final OutputTag<PublishInput> PUBLISH = new OutputTag<>("publish", JobTypes.PUBLISH);

    private final Party party;
    private final KeyFiles files;
    private final long silenceMillis;
    private transient Coordinator coordinator;
    private transient ValueState<CoordinatorState> states;
    private transient ValueState<org.silofold.protocol.message.Context> contexts;
    private transient ValueState<Integer> shardCounts;
    private transient Topics topics;
    private transient Signer signer;
    private transient JobMetrics metrics;
    private transient Delays delays;
    private transient SecureRandom random;
    private transient StartId start;
    private transient Set<String> fenced;

    /**
     * @param party who signs
     * @param files where the key is
     * @param silenceMillis as in {@link Coordinator}: the transaction timeout
     */
    public CoordinateFunction(Party party, KeyFiles files, long silenceMillis) {
        this.party = party;
        this.files = files;
        this.silenceMillis = silenceMillis;
    }

    @Override
    public void open(OpenContext context) {
        coordinator = new Coordinator(MaskMath.real(), silenceMillis);
        states = getRuntimeContext()
                .getState(new ValueStateDescriptor<>("coordinator", CoordinatorStateSerializer.INSTANCE));
        contexts = getRuntimeContext().getState(new ValueStateDescriptor<>("context", ContextSerializer.INSTANCE));
        shardCounts = getRuntimeContext().getState(new ValueStateDescriptor<>("shards", IntSerializer.INSTANCE));
        topics = new Topics(party.topicPrefix());
        signer = new Signer(files);
        metrics = new JobMetrics(getRuntimeContext().getMetricGroup());
        delays = new Delays(metrics);
        // Opened anew at each start of the task, restored or not; no start repeats another's id.
        random = new SecureRandom();
        start = newStart();
        fenced = new HashSet<>();
    }

    @Override
    public void processElement(ModelEvent event, Context ctx, Collector<ShardCommand> out) throws Exception {
        long now = ctx.timerService().currentProcessingTime();
        if (event.event() instanceof CoordinatorEvent.RegistryChanged changed) {
            remember(changed.registry());
        }
        delays.heard(event.event(), now);
        handle(event.event(), now, ctx, out);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext ctx, Collector<ShardCommand> out) throws Exception {
        handle(new CoordinatorEvent.Timer(), ctx.timerService().currentProcessingTime(), ctx, out);
    }

    private StartId newStart() {
        byte[] id = new byte[StartId.LENGTH];
        random.nextBytes(id);
        return StartId.of(id);
    }

    /** Writes fences and tells the coordinator. */
    private void fence(StartId id, long now, Context ctx, Collector<ShardCommand> out) throws Exception {
        String model = ctx.getCurrentKey();
        Fence fence = new Fence(context(model).withPurpose(Purpose.FENCE), id);
        for (String topic : List.of(topics.unmaskRequests(), topics.modelManifests())) {
            ctx.output(DECISIONS, signer.sign(topic, Optional.of(Topics.fenceKey(model)), fence));
        }
        decide(new CoordinatorEvent.Started(id.toString(), LotKey.random(random)), now, ctx, out);
    }

    /** This start's fences come before anything else is said of the model. */
    private void handle(CoordinatorEvent event, long now, Context ctx, Collector<ShardCommand> out) throws Exception {
        if (fenced.add(ctx.getCurrentKey())) {
            fence(start, now, ctx, out);
        }
        decide(event, now, ctx, out);
    }

    private void decide(CoordinatorEvent event, long now, Context ctx, Collector<ShardCommand> out) throws Exception {
        CoordinatorState state = states.value();
        if (state == null) {
            state = new CoordinatorState();
        }
        Effects effects = coordinator.on(state, event, now);
        states.update(state);
        emit(effects, now, ctx, out);
        if (effects.wakeUpAt().isPresent()) {
            ctx.timerService().registerProcessingTimeTimer(effects.wakeUpAt().getAsLong());
        }
        if (effects.fence()) {
            fence(newStart(), now, ctx, out);
        }
    }

    private void emit(Effects effects, long now, Context ctx, Collector<ShardCommand> out) throws Exception {
        String model = ctx.getCurrentKey();
        if (!effects.fold().isEmpty()) {
            Integer shards = shardCounts.value();
            int count = shards == null ? 0 : shards;
            for (FoldCommand command : effects.fold()) {
                delays.joined(command, now);
                for (int shard = 0; shard < count; shard++) {
                    out.collect(new ShardCommand(new ShardPlace(model, shard), command));
                }
            }
        }
        for (UnmaskRequest request : effects.requests()) {
            delays.requested(request, now);
            metrics.count(JobMetrics.REQUESTS);
            ctx.output(DECISIONS, signer.sign(topics.unmaskRequests(), Optional.of(Topics.modelKey(model)), request));
        }
        for (CohortBroken broken : effects.broken()) {
            ctx.output(DECISIONS, signer.sign(topics.modelManifests(), Optional.of(Topics.brokenKey(model)), broken));
        }
        for (UpdateFate fate : effects.fates()) {
            metrics.count(JobMetrics.FATES, "fate", fate.kind().code());
            byte[] key = Topics.fateKey(fate.silo(), fate.updateId());
            ctx.output(DECISIONS, signer.sign(topics.fates(), Optional.of(key), fate));
        }
        for (PublishCommand command : effects.publish()) {
            ctx.output(PUBLISH, new PublishInput.Publish(model, command));
        }
        for (Buffer attempt : effects.publishAgain()) {
            ctx.output(PUBLISH, new PublishInput.PublishAgain(model, attempt));
        }
        for (AuditNote note : effects.audit()) {
            if (note.event().equals(AuditEvents.SUSPICION)) {
                long count = Long.parseLong(note.details().get("count"));
                metrics.level(JobMetrics.SUSPICION, "silo", note.details().get("silo"), count);
            }
            ctx.output(PUBLISH, new PublishInput.Note(model, context(model), note));
        }
    }

    /** The shard count stays what it first was: the coordinator follows no change of a model's shape. */
    private void remember(ModelRegistry registry) throws Exception {
        contexts.update(registry.context());
        if (shardCounts.value() == null) {
            ParameterSet set = ParameterSet.byName(registry.policy().parameterSet());
            shardCounts.update(new ShardLayout(set, registry.spec().parameterCount()).shards());
        }
    }

    private org.silofold.protocol.message.Context context(String model) throws Exception {
        org.silofold.protocol.message.Context known = contexts.value();
        return known == null ? party.context(model, Purpose.AUDIT_ENTRY) : known;
    }

    @Override
    public void close() {
        if (signer != null) {
            signer.close();
        }
    }
}
