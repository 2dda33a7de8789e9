package org.silofold.job.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.silofold.job.config.AggregatorKeys;
import org.silofold.job.config.KeyFiles;
import org.silofold.job.config.Party;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.ModelEvent;
import org.silofold.job.event.ModelRegistry;
import org.silofold.job.event.RawRecord;
import org.silofold.job.event.Rejected;
import org.silofold.job.metrics.JobMetrics;
import org.silofold.job.types.JobTypes;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.Topics;
import org.silofold.schemas.registry.RegistryView;

/**
 * Follows the registry and the parties' topics of key bundles, in one instance: lets verified documents through to verify-unwrap, rejects
 * each bad one once, one that has no place in its topic too, and tells the coordinator of every model what the registry says of it whenever that changes.
 */
public final class RegistryFunction extends ProcessFunction<RawRecord, RawRecord> implements CheckpointedFunction {
    /** For the coordinators. */
    public static final OutputTag<ModelEvent> EVENTS = new OutputTag<>("registry-events", JobTypes.EVENT);
    /** Documents that were turned away. */
    public static final OutputTag<Rejected> REJECTED = new OutputTag<>("registry-rejected", JobTypes.REJECTED);

    private final Party party;
    private final KeyFiles files;
    private transient ListState<byte[]> documents;

    private transient Topics topics;
    private transient RegistryView view;
    private transient JobMetrics metrics;

    /**
     * @param party whose registry
     * @param files where the authority's key is
     */
    public RegistryFunction(Party party, KeyFiles files) {
        this.party = party;
        this.files = files;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        documents = context.getOperatorStateStore()
                .getListState(new ListStateDescriptor<>("documents", BytePrimitiveArraySerializer.INSTANCE));
    }

    @Override
    public void open(OpenContext context) throws Exception {
        metrics = new JobMetrics(getRuntimeContext().getMetricGroup());
        topics = new Topics(party.topicPrefix());
        List<byte[]> records = new ArrayList<>();
        documents.get().forEach(records::add);
        try (AggregatorKeys keys = new AggregatorKeys(files)) {
            view = RegistryView.restore(party.federation(), keys.authority(), records);
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        documents.update(view.records());
    }

    @Override
    public void processElement(RawRecord document, Context ctx, Collector<RawRecord> out) {
        boolean changed;
        try {
            changed = view.apply(topicOf(document), document.key(), document.value());
            out.collect(document);
        } catch (RejectedException e) {
            metrics.rejected(e.reason());
            ctx.output(REJECTED, Rejections.of(document, "", e));
            return;
        }
        metrics.count(JobMetrics.ACCEPTED);
        if (changed) {
            VoidOrders.of(view, document.key()).ifPresent(event -> ctx.output(EVENTS, event));
            for (String model : view.models()) {
                tell(model, document, ctx);
            }
        }
    }

    private Topics.Parsed topicOf(RawRecord document) {
        return topics.parse(document.topic())
                .orElseThrow(() -> new RejectedException(Reason.WRONG_PURPOSE, "no topic that the job reads"));
    }

    private void tell(String model, RawRecord document, Context ctx) {
        Optional<ModelRegistry> registry = ModelRegistries.of(view, party, model);
        if (registry.isEmpty()) {
            return;
        }
        try {
            ModelRegistries.requireWorkable(
                    registry.get().policy(), registry.get().spec());
        } catch (RejectedException | IllegalArgumentException e) {
            metrics.rejected(Reason.INVALID_FIELD);
            RejectedException why = new RejectedException(
                    Reason.INVALID_FIELD, "policy and specification cannot work together: " + e.getMessage());
            ctx.output(REJECTED, Rejections.of(document, model, why));
            return;
        }
        ctx.output(EVENTS, new ModelEvent(model, new CoordinatorEvent.RegistryChanged(registry.get())));
    }
}
