package org.silofold.demo.attack;

import static org.silofold.demo.attack.AttackFederation.ATTACKER;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.silofold.demo.attack.FederationLog.Place;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.ShareReceipts;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateWithdrawal;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;
import org.silofold.silo.party.PartyDirectory;

/** The enrolled party that keeps to no rule: its keys, and a producer that may write anywhere. */
final class Attacker implements AutoCloseable {
    static final Topics TOPICS = new Topics("");

    private final FederationLog log;
    private final SigningKey identity;
    private final String bootstrap;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, Long> sequences = new HashMap<>();

    Attacker(AttackFederation federation) {
        this.log = federation.log();
        this.identity = PartyDirectory.open(federation.party(ATTACKER)).identityKey();
        this.bootstrap = federation.bootstrap();
        this.producer = producer(bootstrap, "none");
    }

    /** A producer that sends records of any size. */
    static KafkaProducer<byte[], byte[]> producer(String bootstrap, String compression) {
        return new KafkaProducer<>(
                settings(bootstrap, compression), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Properties settings(String bootstrap, String compression) {
        Properties settings = new Properties();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(128 << 20));
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Integer.toString(64 << 20));
        return settings;
    }

    SigningKey identity() {
        return identity;
    }

    /** Waits until the job has read the registry, and so no record waits for it any longer than it has to. */
    void awaitRegistry() {
        Reason reason = Reason.UNKNOWN_SENDER;
        while (reason == Reason.UNKNOWN_SENDER) {
            reason = log.awaitRejection(sendShard(new byte[16], new byte[1])).reason();
        }
    }

    /** The next update of the attacker's, from the newest version, valid as it is. */
    Forgery forgery(String model) {
        return forgery(model, log.newest(model));
    }

    Forgery forgery(String model, FederationLog.Version base) {
        long sequence = sequences.merge(model, 1L, Long::sum);
        return log.registry(view -> new Forgery(view, ATTACKER, model, base, sequence, identity));
    }

    Place sendShard(byte[] key, byte[] record) {
        return send(TOPICS.updates(ATTACKER), key, record);
    }

    Place sendManifest(byte[] key, byte[] record) {
        return send(TOPICS.manifests(ATTACKER), key, record);
    }

    /** Sends all of an update, the manifest last. */
    Place send(Forgery.Update update) {
        update.shards().forEach(shard -> sendShard(update.id().toBytes(), shard));
        return sendManifest(update.id().toBytes(), update.manifest());
    }

    /** The same in a transaction that is aborted. */
    void sendAndAbort(Forgery.Update update) {
        Properties settings = settings(bootstrap, "none");
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "mallory-" + update.id());
        try (KafkaProducer<byte[], byte[]> transactional =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] key = update.id().toBytes();
            transactional.initTransactions();
            transactional.beginTransaction();
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (byte[] shard : update.shards()) {
                sent.add(transactional.send(new ProducerRecord<>(TOPICS.updates(ATTACKER), key, shard)));
            }
            sent.add(transactional.send(new ProducerRecord<>(TOPICS.manifests(ATTACKER), key, update.manifest())));
            sent.forEach(Attacker::await);
            transactional.abortTransaction();
        }
    }

    /** Says in a receipt that the attacker's seat accepted its share of an update. */
    Place accept(String model, UpdateRef update) {
        return send(
                TOPICS.receipts(ATTACKER),
                new ShareReceipts(
                        context(model, Purpose.SHARE_RECEIPTS),
                        List.of(new ShareReceipts.Entry(update, Optional.empty()))));
    }

    Place vote(String model, Buffer buffer, Digest cohort) {
        return vote(model, buffer, cohort, same -> same);
    }

    /** Votes under another context than the one in force. */
    Place vote(String model, Buffer buffer, Digest cohort, UnaryOperator<Context> change) {
        Context context = change.apply(context(model, Purpose.UNMASK_VOTE));
        return send(TOPICS.votes(ATTACKER), new UnmaskVote(context, buffer, cohort, Optional.empty(), List.of()));
    }

    Place respond(String model, Buffer buffer, Digest cohort, byte[] words) {
        return respondAs(ATTACKER, identity, model, buffer, cohort, words);
    }

    /** Answers for any member, with any key, on that member's topic. */
    Place respondAs(String member, SigningKey key, String model, Buffer buffer, Digest cohort, byte[] words) {
        Context context = context(model, Purpose.UNMASK_RESPONSE).withSender(member);
        UnmaskResponse response = new UnmaskResponse(context, buffer, cohort, Digest.sha256(words));
        return send(TOPICS.responses(member), null, SignedRecords.seal(response, words, key));
    }

    /** Takes an update back, on any silo's topic. */
    Place withdraw(String topic, String model, UpdateRef update) {
        Context context = context(model, Purpose.UPDATE_WITHDRAWAL).withSender(update.silo());
        UpdateWithdrawal withdrawal = new UpdateWithdrawal(context, update.updateId(), update.manifestDigest());
        byte[] record = SignedRecords.seal(withdrawal, new byte[0], identity);
        return send(topic, Topics.updateKey(update.updateId()), record);
    }

    private Context context(String model, Purpose purpose) {
        return log.registry(view -> view.context(model, ATTACKER, purpose));
    }

    private Place send(String topic, Message message) {
        return send(topic, null, SignedRecords.seal(message, new byte[0], identity));
    }

    /** Sends a record; returns where it is. */
    Place send(String topic, byte[] key, byte[] value) {
        return await(producer.send(new ProducerRecord<>(topic, key, value)));
    }

    /** Sends records as fast as the broker takes them. */
    List<Place> flood(String topic, List<byte[]> keys, List<byte[]> values) {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            sent.add(producer.send(new ProducerRecord<>(topic, keys.get(i), values.get(i))));
        }
        return sent.stream().map(Attacker::await).toList();
    }

    private static Place await(Future<RecordMetadata> sent) {
        try {
            RecordMetadata metadata = sent.get();
            return new Place(metadata.topic(), metadata.partition(), metadata.offset());
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError("the broker did not take the record", e);
        }
    }

    @Override
    public void close() {
        producer.close();
        identity.close();
    }
}
