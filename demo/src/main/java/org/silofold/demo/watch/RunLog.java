package org.silofold.demo.watch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.silofold.demo.local.Uninterruptibles;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Rejection;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.TopicKind;
import org.silofold.schemas.Topics;
import org.silofold.schemas.registry.RegistryView;

/** Follows a run's log on a thread of its own, verifies it and keeps what it says. */
public final class RunLog implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Topics TOPICS = new Topics("");

    private final RegistryView registry;
    private final LogReader reader;
    private final Consumer<Exception> failed;
    private final Facts facts = new Facts();
    private final BlockingQueue<Published> published = new LinkedBlockingQueue<>();
    private final Map<Long, TreeMap<Integer, byte[]>> models = new ConcurrentHashMap<>();
    private final List<ConsumerRecord<byte[], byte[]>> early = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "run-log");
    private volatile boolean stopping;

    /**
     * @param silos the silos, all of them committee members
     * @param withModels whether to keep the parameters of every version; for small models
     * @param failed told what ended this log before {@link #close()}
     */
    public RunLog(
            String bootstrap,
            String federation,
            VerifyingKey authority,
            List<String> silos,
            boolean withModels,
            Consumer<Exception> failed) {
        this.registry = new RegistryView(federation, authority);
        this.failed = failed;
        List<String> topics = new ArrayList<>(List.of(
                TOPICS.registry(),
                TOPICS.unmaskRequests(),
                TOPICS.modelManifests(),
                TOPICS.fates(),
                TOPICS.rejections()));
        for (String silo : silos) {
            topics.addAll(List.of(TOPICS.manifests(silo), TOPICS.votes(silo), TOPICS.responses(silo)));
        }
        if (withModels) {
            topics.add(TOPICS.models());
        }
        this.reader = new LogReader(bootstrap, topics);
    }

    /** Starts to follow. */
    public void start() {
        thread.start();
    }

    /** Published versions as they become visible. */
    public BlockingQueue<Published> published() {
        return published;
    }

    /** Everything else. */
    public Facts facts() {
        return facts;
    }

    /** The payloads of a version's shards, as far as they were read; float32 little-endian, joined. */
    public Optional<byte[]> parameters(long version, int shards) {
        TreeMap<Integer, byte[]> parts = models.get(version);
        if (parts == null) {
            return Optional.empty();
        }
        synchronized (parts) {
            if (parts.size() < shards) {
                return Optional.empty();
            }
            int length = parts.values().stream().mapToInt(part -> part.length).sum();
            byte[] all = new byte[length];
            int at = 0;
            for (byte[] part : parts.values()) {
                System.arraycopy(part, 0, all, at, part.length);
                at += part.length;
            }
            return Optional.of(all);
        }
    }

    private void run() {
        try {
            while (!stopping) {
                for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                    accept(record);
                }
            }
        } catch (WakeupException e) {
            stopping = true;
        } catch (KafkaException | IllegalStateException e) {
            if (!stopping) {
                failed.accept(e);
            }
        }
    }

    private void accept(ConsumerRecord<byte[], byte[]> record) {
        Topics.Parsed topic = TOPICS.parse(record.topic()).orElseThrow();
        try {
            switch (topic.kind()) {
                case REGISTRY -> {
                    registry.apply(topic, record.key(), record.value());
                    retryEarly();
                }
                case MANIFESTS ->
                    open(UpdateManifest.class, Purpose.UPDATE_MANIFEST, topic.party(), record)
                            .ifPresent(opened ->
                                    facts.manifest(opened.message(), record.timestamp(), LogReader.bytes(record)));
                case VOTES ->
                    open(UnmaskVote.class, Purpose.UNMASK_VOTE, topic.party(), record)
                            .filter(opened -> opened.message().refused().isEmpty())
                            .ifPresent(opened -> facts.vote(opened.message().cohortDigest(), record.timestamp()));
                case RESPONSES ->
                    open(UnmaskResponse.class, Purpose.UNMASK_RESPONSE, topic.party(), record)
                            .ifPresent(opened -> response(opened, topic.party(), record.timestamp()));
                case UNMASK_REQUESTS ->
                    own(UnmaskRequest.class, Purpose.UNMASK_REQUEST, record)
                            .ifPresent(request -> facts.request(digest(request), record.timestamp()));
                case MODEL_MANIFESTS ->
                    own(ModelManifest.class, Purpose.MODEL_MANIFEST, record)
                            .ifPresent(manifest -> published.add(
                                    new Published(manifest, digest(manifest), System.currentTimeMillis())));
                case FATES ->
                    own(UpdateFate.class, Purpose.UPDATE_FATE, record)
                            .ifPresent(fate -> facts.fate(fate, record.timestamp()));
                case REJECTIONS ->
                    own(Rejection.class, Purpose.REJECTION, record).ifPresent(facts::rejection);
                case MODELS -> modelShard(record);
                default -> throw new IllegalStateException("not followed: " + record.topic());
            }
        } catch (RejectedException e) {
            // What counts here is what verifies. Of parties' junk the job says itself that it turned it away.
            if (topic.party().isEmpty()) {
                facts.rejection(e.reason());
            }
        }
    }

    /** Records that came before the registry knew their sender. */
    private void retryEarly() {
        List<ConsumerRecord<byte[], byte[]>> waiting = List.copyOf(early);
        early.clear();
        waiting.forEach(this::accept);
    }

    private void modelShard(ConsumerRecord<byte[], byte[]> record) {
        String aggregator = aggregator().orElse("");
        open(ModelShard.class, Purpose.MODEL_SHARD, aggregator, record).ifPresent(opened -> {
            TreeMap<Integer, byte[]> parts =
                    models.computeIfAbsent(opened.message().version(), version -> new TreeMap<>());
            synchronized (parts) {
                parts.put(opened.message().shardIndex(), opened.payload());
            }
        });
    }

    private void response(SignedRecord<UnmaskResponse> opened, String member, long time) {
        ParameterSet set = ParameterSet.MASK_2048_32;
        int point = registry.roster().map(roster -> roster.point(member)).orElse(0);
        int[] words = Words.read(set, opened.record(), opened.payloadOffset(), set.n());
        facts.response(opened.message().cohortDigest(), point, words, time);
    }

    private Optional<String> aggregator() {
        return registry.roster().map(Roster::aggregator);
    }

    /** What the aggregator says; nothing for a record of its log that is for another purpose. */
    private <T extends Message> Optional<T> own(Class<T> type, Purpose purpose, ConsumerRecord<byte[], byte[]> record) {
        TopicKind kind = TOPICS.parse(record.topic()).orElseThrow().kind();
        if (kind.purpose(record.key()) != purpose) {
            return Optional.empty();
        }
        return open(type, purpose, aggregator().orElse(""), record).map(SignedRecord::message);
    }

    private <T extends Message> Optional<SignedRecord<T>> open(
            Class<T> type, Purpose purpose, String sender, ConsumerRecord<byte[], byte[]> record) {
        Optional<VerifyingKey> key = registry.identityKey(sender);
        if (key.isEmpty()) {
            early.add(record);
            return Optional.empty();
        }
        return Optional.of(SignedRecords.open(type, purpose, record.value(), sender, key.get(), RecordLimits.DEFAULT));
    }

    private static Digest digest(UnmaskRequest request) {
        return Cohort.of(request.cohort())
                .digest(request.context(), request.buffer(), request.previousManifestDigest());
    }

    private static Digest digest(ModelManifest manifest) {
        return Cohort.of(manifest.cohort())
                .digest(
                        manifest.context(),
                        new Buffer(manifest.version(), manifest.attempt()),
                        manifest.previousDigest());
    }

    @Override
    public void close() {
        stopping = true;
        reader.wakeup();
        Uninterruptibles.join(thread);
        reader.close();
    }
}
