package org.silofold.job.ingest;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.silofold.job.config.AggregatorKeys;
import org.silofold.job.config.JobConfig;
import org.silofold.job.config.JobOption;
import org.silofold.job.config.KeyFiles;
import org.silofold.job.config.Party;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.ModelEvent;
import org.silofold.job.event.RawRecord;
import org.silofold.job.event.Rejected;
import org.silofold.job.event.ShardPayload;
import org.silofold.job.event.UpdateKey;
import org.silofold.job.metrics.JobMetrics;
import org.silofold.job.types.JobTypes;
import org.silofold.protocol.SelfTest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.Topics;
import org.silofold.schemas.registry.RegistryView;

/**
 * Verifies, opens and checks every record; keyed by {@link IngestKey}. Registry documents and data race at the start, so a record whose sender
 * the registry does not know yet waits, for a bounded time and in a space that is bounded for each party, and is refused then; never accepted. Records
 * of one key keep their order while they wait.
 */
public final class VerifyUnwrapFunction
        extends KeyedBroadcastProcessFunction<String, RawRecord, RawRecord, ShardPayload> {
    /** The registry's documents, numbered in an order in which each can be verified. */
    public static final MapStateDescriptor<Integer, byte[]> REGISTRY =
            new MapStateDescriptor<>("registry", Types.INT, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    /** Facts for the coordinator. */
    public static final OutputTag<ModelEvent> EVENTS = new OutputTag<>("events", JobTypes.EVENT);
    /** What was turned away. */
    public static final OutputTag<Rejected> REJECTED = new OutputTag<>("rejected", JobTypes.REJECTED);

    private final Party party;
    private final KeyFiles files;
    private final JobConfig config;
    private transient Topics topics;
    private transient Senders senders;
    private transient Opener opener;
    private transient Park park;
    private transient SeenParts seen;
    private transient RegistryCopy registry;
    private transient JobMetrics metrics;

    /**
     * @param party who opens
     * @param files where the keys are
     * @param config how long and how much to park
     */
    public VerifyUnwrapFunction(Party party, KeyFiles files, JobConfig config) {
        this.party = party;
        this.files = files;
        this.config = config;
    }

    @Override
    public void open(OpenContext context) {
        SelfTest.run();
        AggregatorKeys keys = new AggregatorKeys(files);
        topics = new Topics(party.topicPrefix());
        VerifyingKey authority = keys.authority();
        senders = new Senders(party, authority);
        opener = new Opener(party, keys);
        park = new Park(getRuntimeContext(), config.number(JobOption.PARK), config.number(JobOption.PARK_BYTES));
        seen = new SeenParts(getRuntimeContext());
        registry = new RegistryCopy(party.federation(), authority);
        metrics = new JobMetrics(getRuntimeContext().getMetricGroup());
    }

    @Override
    public void processBroadcastElement(RawRecord document, Context ctx, Collector<ShardPayload> out) throws Exception {
        registry.add(document, ctx.getBroadcastState(REGISTRY));
    }

    @Override
    public void processElement(RawRecord raw, ReadOnlyContext ctx, Collector<ShardPayload> out) throws Exception {
        RegistryView view = registry.view(ctx.getBroadcastState(REGISTRY));
        long now = ctx.timerService().currentProcessingTime();
        if (!park.isEmpty() || !handled(view, raw, now, false, ctx, out)) {
            park(raw, now, ctx);
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext ctx, Collector<ShardPayload> out) throws Exception {
        long now = ctx.timerService().currentProcessingTime();
        seen.forgetWhenDue(now);
        if (park.isEmpty()) {
            return;
        }
        String key = ctx.getCurrentKey();
        boolean overdue = park.overdue(now);
        if (!overdue && park.isTried(key, registry.changes())) {
            ctx.timerService().registerProcessingTimeTimer(park.later(now));
            return;
        }
        RegistryView view = registry.view(ctx.getBroadcastState(REGISTRY));
        List<RawRecord> waiting = park.waiting();
        int done = 0;
        while (done < waiting.size() && handled(view, waiting.get(done), now, overdue, ctx, out)) {
            done++;
        }
        if (done == waiting.size()) {
            park.clear(key);
        } else {
            List<RawRecord> rest = waiting.subList(done, waiting.size());
            long next = park.keep(key, owner(rest.get(0)), rest, registry.changes(), now);
            ctx.timerService().registerProcessingTimeTimer(next);
        }
    }

    private void park(RawRecord raw, long now, ReadOnlyContext ctx) throws Exception {
        String key = ctx.getCurrentKey();
        String owner = owner(raw);
        if (park.hasRoomFor(key, owner, raw)) {
            metrics.count(JobMetrics.PARKED);
            ctx.timerService().registerProcessingTimeTimer(park.add(key, owner, raw, registry.changes(), now));
        } else {
            reject(
                    raw,
                    "",
                    new RejectedException(Reason.UNKNOWN_SENDER, "too much of its sender waits for the registry"),
                    ctx);
        }
    }

    /** Whose account a record waits on: its topic's party. */
    private String owner(RawRecord raw) {
        return topics.parse(raw.topic()).map(Topics.Parsed::party).orElse("");
    }

    /** Handles one record to its end, accepted or rejected, and returns true; or returns false if it has to wait for the registry. */
    private boolean handled(
            RegistryView view,
            RawRecord raw,
            long now,
            boolean overdue,
            ReadOnlyContext ctx,
            Collector<ShardPayload> out)
            throws Exception {
        long started = System.nanoTime();
        Optional<Route> route = Route.of(topics, party, raw.topic(), raw.key());
        if (route.isEmpty()) {
            reject(raw, "", new RejectedException(Reason.WRONG_PURPOSE, "no topic that the job reads"), ctx);
            return true;
        }
        Optional<SignedRecord<? extends Message>> signed = Optional.empty();
        try {
            signed = Optional.of(senders.open(view, route.get(), raw));
            senders.admit(view, signed.get(), now);
            accept(view, raw, route.get(), signed.get(), now, ctx, out);
            metrics.observeMicros(JobMetrics.VERIFY_MICROS, started);
        } catch (RejectedException e) {
            if (!overdue && Senders.mayPass(view, signed, e.reason())) {
                return false;
            }
            reject(raw, signed.map(s -> s.message().context().model()).orElse(""), e, ctx);
            // Of a model that there is not nobody keeps a state.
            if (signed.isPresent()
                    && view.knows(signed.get().message().context().model())) {
                refuse(signed.get().message(), e.reason(), ctx);
            }
        }
        return true;
    }

    private void accept(
            RegistryView view,
            RawRecord raw,
            Route route,
            SignedRecord<? extends Message> signed,
            long now,
            ReadOnlyContext ctx,
            Collector<ShardPayload> out)
            throws Exception {
        Message message = signed.message();
        if (message instanceof UpdateShard shard) {
            acceptShard(view, raw, signed, shard, now, ctx, out);
        } else if (message instanceof UpdateManifest manifest) {
            acceptManifest(view, raw, signed, manifest, now, ctx);
        } else if (message instanceof ModelShard shard) {
            out.collect(opener.initial(view, shard, signed));
        } else {
            String model = message.context().model();
            for (CoordinatorEvent event : Facts.of(signed, route, Opener.set(view, model))) {
                ctx.output(EVENTS, new ModelEvent(model, event));
            }
        }
        metrics.count(
                JobMetrics.ACCEPTED, "kind", message.context().purpose().text().replace("silofold/v1/", ""));
    }

    private void acceptShard(
            RegistryView view,
            RawRecord raw,
            SignedRecord<? extends Message> signed,
            UpdateShard shard,
            long now,
            ReadOnlyContext ctx,
            Collector<ShardPayload> out)
            throws Exception {
        UpdateShard.Core core = shard.core();
        requireKey(raw, core.updateId());
        if (seen.hasShard(core.shardIndex(), shard.payloadDigest())) {
            metrics.count(JobMetrics.DUPLICATES);
            return;
        }
        out.collect(opener.shard(view, shard, signed));
        seen.addShard(core.shardIndex(), shard.payloadDigest());
        keep(view, core.context().model(), now, ctx);
        CoordinatorEvent event = new CoordinatorEvent.ShardSeen(
                core.context().sender(),
                core.updateId(),
                core.sequence(),
                core.shardIndex(),
                core.shardCount(),
                shard.payloadDigest());
        ctx.output(EVENTS, new ModelEvent(core.context().model(), event));
    }

    private void acceptManifest(
            RegistryView view,
            RawRecord raw,
            SignedRecord<? extends Message> signed,
            UpdateManifest manifest,
            long now,
            ReadOnlyContext ctx)
            throws Exception {
        UpdateManifest.Core core = manifest.core();
        requireKey(raw, core.updateId());
        if (seen.hasManifest(signed.digest())) {
            metrics.count(JobMetrics.DUPLICATES);
            return;
        }
        int[] words = opener.metaWords(view, manifest, signed);
        seen.addManifest(signed.digest());
        keep(view, core.context().model(), now, ctx);
        UpdateRef update = new UpdateRef(core.context().sender(), core.updateId(), signed.digest());
        CoordinatorEvent event = new CoordinatorEvent.ManifestSeen(update, core, words);
        ctx.output(EVENTS, new ModelEvent(core.context().model(), event));
    }

    /** Digests are kept for twice the life of an update: a replay after that is as late for the coordinator as any. */
    private void keep(RegistryView view, String model, long now, ReadOnlyContext ctx) throws Exception {
        long life = view.policy(model).orElseThrow().expiryMillis();
        seen.keepUntil(now + 2 * life).ifPresent(ctx.timerService()::registerProcessingTimeTimer);
    }

    private static void requireKey(RawRecord raw, UpdateId updateId) {
        if (!Arrays.equals(raw.key(), updateId.toBytes())) {
            throw new RejectedException(Reason.INVALID_FIELD, "the record's key is not the update's id");
        }
    }

    private void reject(RawRecord raw, String model, RejectedException why, ReadOnlyContext ctx) {
        metrics.rejected(why.reason());
        ctx.output(REJECTED, Rejections.of(raw, model, why));
    }

    /** A part of an update that is its silo's own and wrong for good: no other can take its place. */
    private static void refuse(Message message, Reason reason, ReadOnlyContext ctx) {
        if (reason == Reason.CONFLICTING_DUPLICATE) {
            return;
        }
        org.silofold.protocol.message.Context context = message.context();
        Optional<UpdateId> update = Optional.empty();
        if (message instanceof UpdateShard shard) {
            update = Optional.of(shard.core().updateId());
        } else if (message instanceof UpdateManifest manifest) {
            update = Optional.of(manifest.core().updateId());
        }
        update.map(id -> new UpdateKey(context.sender(), id))
                .ifPresent(key -> ctx.output(
                        EVENTS, new ModelEvent(context.model(), new CoordinatorEvent.UpdateRefused(key, reason))));
    }

    @Override
    public void close() {
        if (opener != null) {
            opener.close();
        }
    }
}
