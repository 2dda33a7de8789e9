package org.silofold.demo.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silofold.demo.attack.AttackFederation.PATIENCE;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.silofold.demo.local.Uninterruptibles;
import org.silofold.protocol.message.AuditEntry;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Rejection;
import org.silofold.protocol.message.ShareReceipts;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.schemas.rules.RefusedCount;

/**
 * What the aggregator and the honest members say, read from Kafka and verified; chains of manifests and of audit entries are checked as they
 * come, and a break fails whoever waits. Thread-safe.
 */
final class FederationLog implements AutoCloseable {
    private static final Topics TOPICS = new Topics("");

    private final RegistryView registry;
    private final String bootstrap;
    private final List<String> committee;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<Place, Rejection> rejections = new HashMap<>();
    private final List<UpdateFate> fates = new ArrayList<>();
    private final List<AuditEntry> audit = new ArrayList<>();
    private final Map<String, Digest> auditHeads = new HashMap<>();
    private final Map<String, List<Version>> versions = new HashMap<>();
    private final Map<String, List<ShareReceipts.Entry>> receipts = new HashMap<>();
    private final List<CohortBroken> broken = new ArrayList<>();
    private final List<UnmaskRequest> requests = new ArrayList<>();
    private final Map<String, Manifest> manifests = new HashMap<>();
    private final Thread thread = new Thread(this::run, "federation-log");
    private volatile boolean closing;
    private volatile Throwable failure;

    /** Where a record is. */
    record Place(String topic, int partition, long offset) {}

    /** A published manifest and the digest of its signed bytes. */
    record Version(ModelManifest manifest, Digest digest) {}

    /** An honest silo's manifest: its name and its record. */
    record Manifest(UpdateRef ref, byte[] record) {}

    FederationLog(String bootstrap, String federation, VerifyingKey authority, List<String> committee) {
        this.bootstrap = bootstrap;
        this.committee = List.copyOf(committee);
        this.registry = new RegistryView(federation, authority);
        this.consumer = consumer();
        follow(List.of(TOPICS.registry()));
        long end =
                consumer.endOffsets(consumer.assignment()).values().iterator().next();
        while (consumer.position(consumer.assignment().iterator().next()) < end) {
            consumer.poll(Duration.ofMillis(100))
                    .forEach(record ->
                            registry.apply(TOPICS.parse(record.topic()).orElseThrow(), record.key(), record.value()));
        }
        List<String> topics = new ArrayList<>(List.of(
                TOPICS.rejections(), TOPICS.fates(), TOPICS.audit(), TOPICS.modelManifests(), TOPICS.unmaskRequests()));
        committee.forEach(member -> topics.add(TOPICS.receipts(member)));
        AttackFederation.HONEST.forEach(silo -> topics.add(TOPICS.manifests(silo)));
        follow(topics);
        thread.start();
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Properties settings = new Properties();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private void follow(Collection<String> topics) {
        List<TopicPartition> partitions =
                topics.stream().map(topic -> new TopicPartition(topic, 0)).toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    private void run() {
        try {
            while (!closing) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    accept(record);
                }
            }
        } catch (WakeupException e) {
            closing = true;
        } catch (RuntimeException | AssertionError e) {
            failure = e;
        }
    }

    private synchronized void accept(ConsumerRecord<byte[], byte[]> record) {
        Topics.Parsed topic = TOPICS.parse(record.topic()).orElseThrow();
        String sender = topic.party().isEmpty() ? AttackFederation.AGGREGATOR : topic.party();
        SignedRecord<? extends Message> signed;
        try {
            Purpose purpose = topic.kind().purpose(record.key());
            VerifyingKey key = registry.identityKey(sender).orElseThrow();
            signed = SignedRecords.open(
                    purpose, record.value(), sender, key, topic.kind().limits());
        } catch (RejectedException e) {
            // The attacker may write on any party's topic, but not on the aggregator's.
            if (!topic.party().isEmpty()) {
                return;
            }
            throw e;
        }
        Message message = signed.message();
        if (message instanceof Rejection rejection) {
            rejections.put(new Place(rejection.topic(), rejection.partition(), rejection.offset()), rejection);
        } else if (message instanceof UpdateFate fate) {
            fates.add(fate);
        } else if (message instanceof AuditEntry entry) {
            audit(entry, signed.digest());
        } else if (message instanceof ModelManifest manifest) {
            version(manifest, signed.digest());
        } else if (message instanceof ShareReceipts said) {
            receipts.computeIfAbsent(sender, member -> new ArrayList<>()).addAll(said.entries());
        } else if (message instanceof CohortBroken note) {
            broken.add(note);
        } else if (message instanceof UnmaskRequest request) {
            requests.add(request);
        } else if (message instanceof UpdateManifest manifest) {
            UpdateId id = manifest.core().updateId();
            manifests.put(sender + "/" + id, new Manifest(new UpdateRef(sender, id, signed.digest()), record.value()));
        }
        notifyAll();
    }

    private void audit(AuditEntry entry, Digest digest) {
        Digest head = auditHeads.getOrDefault(entry.context().model(), Digest.ZERO);
        if (!entry.previousDigest().equals(head)) {
            throw new AssertionError("the audit chain is broken before entry " + entry.sequence());
        }
        auditHeads.put(entry.context().model(), digest);
        audit.add(entry);
    }

    private void version(ModelManifest manifest, Digest digest) {
        List<Version> chain = versions.computeIfAbsent(manifest.context().model(), model -> new ArrayList<>());
        boolean follows = manifest.version() == chain.size()
                && (chain.isEmpty()
                        || manifest.previousDigest()
                                .equals(chain.get(chain.size() - 1).digest()));
        if (!follows) {
            throw new AssertionError(
                    "version " + manifest.version() + " does not follow version " + (chain.size() - 1));
        }
        chain.add(new Version(manifest, digest));
    }

    /** Waits until the log shows something; fails after {@link AttackFederation#PATIENCE}. */
    synchronized <T> T await(String what, Supplier<Optional<T>> shown) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            if (failure != null) {
                throw new AssertionError("the log is not in order", failure);
            }
            Optional<T> found = shown.get();
            if (found.isPresent()) {
                return found.get();
            }
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("no " + what + " within " + PATIENCE + "; of " + rejections.size()
                        + " rejections some: "
                        + rejections.values().stream().limit(20).toList() + "; last of the audit chain: "
                        + audit.subList(Math.max(0, audit.size() - 8), audit.size()));
            }
            try {
                wait(Math.min(left, 500));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }

    /** The rejection of the record at this place. */
    Rejection awaitRejection(Place place) {
        return await("rejection of " + place, () -> Optional.ofNullable(rejections.get(place)));
    }

    /** The record at this place was turned away for this reason. */
    void isRejected(Place place, Reason reason) {
        Rejection rejection = awaitRejection(place);
        assertThat(rejection.reason()).as(rejection.detail()).isEqualTo(reason);
    }

    synchronized Optional<Rejection> rejection(Place place) {
        return Optional.ofNullable(rejections.get(place));
    }

    /** Waits until so many records of the topic were turned away for this reason. */
    void awaitRefused(String topic, Reason reason, long records) {
        await(records + " refused records of " + topic, () -> Optional.of(refused(topic, reason))
                .filter(n -> n == records));
    }

    /** How many records of the topic were turned away for this reason: told one by one, or counted in the detail of one that is told. */
    synchronized long refused(String topic, Reason reason) {
        return rejections.values().stream()
                .filter(rejection -> rejection.topic().equals(topic) && rejection.reason() == reason)
                .mapToLong(rejection -> RefusedCount.of(rejection.detail()))
                .sum();
    }

    /** How many rejections there are of records of this topic. */
    synchronized long rejections(String topic) {
        return rejections.values().stream()
                .filter(rejection -> rejection.topic().equals(topic))
                .count();
    }

    /** The version's manifest. */
    Version awaitVersion(String model, long version) {
        return await("version " + version + " of " + model, () -> {
            List<Version> chain = versions.getOrDefault(model, List.of());
            return chain.size() > version ? Optional.of(chain.get((int) version)) : Optional.empty();
        });
    }

    synchronized Version newest(String model) {
        List<Version> chain = versions.get(model);
        return chain.get(chain.size() - 1);
    }

    synchronized List<Version> versions(String model) {
        return List.copyOf(versions.getOrDefault(model, List.of()));
    }

    /** The final fate of an update. */
    UpdateFate awaitEnd(String silo, UpdateId id) {
        return await("end of " + silo + "/" + id, () -> fates(silo, id).stream()
                .filter(fate -> fate.kind().isFinal())
                .findFirst());
    }

    /** All that was said of an update. */
    synchronized List<UpdateFate> fates(String silo, UpdateId id) {
        return fates.stream()
                .filter(fate -> fate.silo().equals(silo) && fate.updateId().equals(id))
                .toList();
    }

    /** What a member said of an update's share. */
    ShareReceipts.Entry awaitReceipt(String member, String silo, UpdateId id) {
        return await(
                "receipt of " + member + " for " + silo + "/" + id,
                () -> receipts.getOrDefault(member, List.of()).stream()
                        .filter(entry -> entry.update().silo().equals(silo)
                                && entry.update().updateId().equals(id))
                        .findFirst());
    }

    /** What an honest silo sent of its update. */
    Manifest awaitManifest(String silo, UpdateId id) {
        return await("manifest of " + silo + "/" + id, () -> Optional.ofNullable(manifests.get(silo + "/" + id)));
    }

    /** The first request for a cohort of this version. */
    UnmaskRequest awaitRequest(String model, long version) {
        return await("request for version " + version, () -> requests.stream()
                .filter(request -> request.context().model().equals(model)
                        && request.buffer().version() == version)
                .findFirst());
    }

    /** The aggregator's note on a cohort that it opened and that made no version. */
    CohortBroken awaitBroken(String model, Digest cohort) {
        return await("note on cohort " + cohort, () -> broken.stream()
                .filter(note -> note.context().model().equals(model)
                        && note.cohortDigest().equals(cohort))
                .findFirst());
    }

    /** An audit entry of this event with these details. */
    AuditEntry awaitAudit(String model, String event, Map<String, String> details) {
        return await(event + " " + details, () -> audit(model).stream()
                .filter(entry -> entry.event().equals(event)
                        && entry.details().entrySet().containsAll(details.entrySet()))
                .findFirst());
    }

    synchronized List<AuditEntry> audit(String model) {
        return audit.stream()
                .filter(entry -> entry.context().model().equals(model))
                .toList();
    }

    /** Reads from the registry as it was when this log began. */
    synchronized <T> T registry(Function<RegistryView, T> reader) {
        return reader.apply(registry);
    }

    List<String> committee() {
        return committee;
    }

    @Override
    public void close() {
        closing = true;
        consumer.wakeup();
        Uninterruptibles.join(thread);
        consumer.close();
    }
}
