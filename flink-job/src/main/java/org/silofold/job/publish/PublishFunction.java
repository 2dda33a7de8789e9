package org.silofold.job.publish;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.silofold.job.config.KeyFiles;
import org.silofold.job.config.Party;
import org.silofold.job.event.AuditNote;
import org.silofold.job.event.OutRecord;
import org.silofold.job.event.PublishCommand;
import org.silofold.job.event.PublishInput;
import org.silofold.job.metrics.JobMetrics;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.envelope.MerkleTree;
import org.silofold.protocol.message.AuditEntry;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Fence;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.sign.SignedBytes;
import org.silofold.schemas.Topics;
import org.silofold.schemas.codec.HeaderCodec;

/** Writes a model's manifests, each when all shards of its version are done, and the model's audit chain; keyed by model. */
public final class PublishFunction extends KeyedProcessFunction<String, PublishInput, OutRecord> {
    private final Party party;
    private final KeyFiles files;
    private transient Topics topics;
    private transient Signer signer;
    private transient ValueState<PublishBook> books;
    private transient JobMetrics metrics;

    /**
     * @param party who signs
     * @param files where the key is
     */
    public PublishFunction(Party party, KeyFiles files) {
        this.party = party;
        this.files = files;
    }

    @Override
    public void open(OpenContext context) {
        topics = new Topics(party.topicPrefix());
        signer = new Signer(files);
        books = getRuntimeContext().getState(new ValueStateDescriptor<>("book", PublishBookSerializer.INSTANCE));
        metrics = new JobMetrics(getRuntimeContext().getMetricGroup());
    }

    @Override
    public void processElement(PublishInput input, Context ctx, Collector<OutRecord> out) throws Exception {
        PublishBook book = books.value();
        if (book == null) {
            book = new PublishBook();
        }
        if (input instanceof PublishInput.ShardDone done) {
            book.done(done.buffer(), done.index(), new PublishBook.Done(done.digest(), done.outOfBounds()));
            if (done.outOfBounds() > 0) {
                Map<String, String> details = Map.of(
                        "version", Long.toString(done.buffer().version()),
                        "attempt", Integer.toString(done.buffer().attempt()),
                        "shard", Integer.toString(done.index()),
                        "sums", Integer.toString(done.outOfBounds()));
                audit(book, done.context(), PublishEvents.OUT_OF_BOUNDS, details, out);
            }
            publishIfDone(book, done.buffer(), out);
        } else if (input instanceof PublishInput.Publish publish) {
            book.wanted().put(publish.command().buffer(), publish.command());
            publishIfDone(book, publish.command().buffer(), out);
        } else if (input instanceof PublishInput.PublishAgain again) {
            publishIfDone(book, again.buffer(), out);
        } else if (input instanceof PublishInput.Note note) {
            AuditNote what = note.note();
            audit(book, note.context(), what.event(), what.details(), out);
        }
        if (book.isHalted()) {
            metrics.level(JobMetrics.HALTED, "model", input.model(), 1);
        }
        books.update(book);
    }

    private void publishIfDone(PublishBook book, Buffer buffer, Collector<OutRecord> out) {
        if (book.isHalted()) {
            return;
        }
        PublishCommand wanted = book.wanted().get(buffer);
        if (wanted != null && wanted.voidVersion().isPresent()) {
            publish(book, wanted, wanted.requiredRoot().orElseThrow(), out);
            book.forgetBefore(buffer);
            return;
        }
        Optional<List<PublishBook.Done>> shards = book.complete(buffer);
        if (shards.isEmpty()) {
            return;
        }
        boolean sound = shards.get().stream().allMatch(done -> done.outOfBounds() == 0);
        if (sound || wanted.published().isPresent()) {
            List<Digest> digests =
                    shards.get().stream().map(PublishBook.Done::digest).toList();
            publish(book, wanted, MerkleTree.root(digests), out);
        } else {
            breakUp(book, wanted, out);
        }
        book.forgetBefore(buffer);
    }

    /** The sums prove a broken contribution somewhere in the cohort: the log is told so, and no manifest is written. */
    private void breakUp(PublishBook book, PublishCommand command, Collector<OutRecord> out) {
        Digest cohort =
                Cohort.of(command.cohort()).digest(command.context(), command.buffer(), command.previousDigest());
        CohortBroken message = new CohortBroken(
                command.context().withPurpose(Purpose.COHORT_BROKEN),
                command.buffer(),
                cohort,
                Reason.SUM_OUT_OF_BOUNDS);
        byte[] key = Topics.brokenKey(command.context().model());
        out.collect(signer.sign(topics.modelManifests(), Optional.of(key), message));
        Map<String, String> details =
                Map.of("version", Long.toString(command.version()), "attempt", Integer.toString(command.attempt()));
        audit(book, command.context(), PublishEvents.BROKEN, details, out);
    }

    private void publish(PublishBook book, PublishCommand command, Digest root, Collector<OutRecord> out) {
        long version = command.version();
        ModelManifest manifest = command.manifest(root);
        Digest digest = digest(manifest);
        Map<String, String> details =
                Map.of("version", Long.toString(version), "root", root.hex(), "manifest", digest.hex());
        boolean asRequired = command.requiredRoot().map(root::equals).orElse(true);
        if (command.published().isPresent()) {
            compare(book, command, asRequired && command.published().get().equals(digest), details, out);
        } else if (!asRequired) {
            audit(book, command.context(), PublishEvents.WRONG_ROOT, details, out);
        } else {
            out.collect(signer.sign(
                    topics.modelManifests(),
                    Optional.of(Topics.modelKey(manifest.context().model())),
                    manifest));
            audit(book, command.context(), PublishEvents.MANIFEST_WRITTEN, details, out);
            metrics.version(manifest.context().model(), version);
        }
    }

    /** A version that the log holds: the coordinator is told by way of the log if it came out the same; else nothing more is said. */
    private void compare(
            PublishBook book,
            PublishCommand command,
            boolean same,
            Map<String, String> details,
            Collector<OutRecord> out) {
        if (same) {
            Fence fence = new Fence(
                    command.context().withPurpose(Purpose.FENCE),
                    command.confirmation().orElseThrow());
            byte[] key = Topics.fenceKey(command.context().model());
            out.collect(signer.sign(topics.modelManifests(), Optional.of(key), fence));
        } else {
            book.halt();
        }
        audit(book, command.context(), same ? PublishEvents.RECOMPUTED : PublishEvents.DIFFERS, details, out);
    }

    private void audit(
            PublishBook book,
            org.silofold.protocol.message.Context context,
            String event,
            Map<String, String> details,
            Collector<OutRecord> out) {
        AuditEntry entry = new AuditEntry(
                context.withPurpose(Purpose.AUDIT_ENTRY).withSender(party.aggregator()),
                book.auditSequence(),
                book.auditHead(),
                event,
                new TreeMap<>(details));
        out.collect(signer.sign(topics.audit(), Optional.of(Topics.modelKey(context.model())), entry));
        book.audit(book.auditSequence() + 1, digest(entry));
    }

    private static Digest digest(Message message) {
        return SignedBytes.digest(message.context().purpose(), HeaderCodec.encode(message));
    }

    @Override
    public void close() {
        if (signer != null) {
            signer.close();
        }
    }
}
