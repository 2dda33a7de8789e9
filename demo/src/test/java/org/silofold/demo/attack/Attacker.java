package org.silofold.demo.attack;

import static org.silofold.demo.attack.AttackFederation.ATTACKER;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.silofold.demo.attack.FederationLog.Place;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.Topics;
import org.silofold.silo.party.PartyDirectory;

/** The enrolled party that keeps to no rule: its keys, and a producer that may write anywhere. */
final class Attacker implements AutoCloseable {
    static final Topics TOPICS = new Topics("");

    private final FederationLog log;
    private final SigningKey identity;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, Long> sequences = new HashMap<>();

    Attacker(AttackFederation federation) {
        this.log = federation.log();
        this.identity = PartyDirectory.open(federation.party(ATTACKER)).identityKey();
        this.producer = producer(federation.bootstrap(), "none");
    }

    /** A producer that sends records of any size. */
    static KafkaProducer<byte[], byte[]> producer(String bootstrap, String compression) {
        Properties settings = new Properties();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(128 << 20));
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Integer.toString(64 << 20));
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
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
