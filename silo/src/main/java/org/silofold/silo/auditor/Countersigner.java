package org.silofold.silo.auditor;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Countersignature;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;
import org.silofold.silo.store.StoredManifest;

/** Signs verified versions and sends the countersignatures. Signed again and sent twice, one says the same. */
final class Countersigner {
    private static final byte[] NO_PAYLOAD = {};

    private final String auditor;
    private final Topics topics;
    private final SigningKey identity;
    private final KafkaProducer<byte[], byte[]> producer;

    /** The key and the producer are the caller's to close. */
    Countersigner(String auditor, Topics topics, SigningKey identity, KafkaProducer<byte[], byte[]> producer) {
        this.auditor = auditor;
        this.topics = topics;
        this.identity = identity;
        this.producer = producer;
    }

    /** The signed record. */
    static byte[] sign(String auditor, StoredManifest link, SigningKey identity) {
        Context context = SignedRecords.reread(ModelManifest.class, Purpose.MODEL_MANIFEST, link.record())
                .message()
                .context()
                .withSender(auditor)
                .withPurpose(Purpose.COUNTERSIGNATURE);
        return SignedRecords.seal(
                new Countersignature(context, link.version(), link.digest(), link.root()), NO_PAYLOAD, identity);
    }

    /**
     * Signs and sends; returns when the broker has it.
     *
     * @throws KafkaException if the broker does not take it
     */
    void send(StoredManifest link) throws InterruptedException {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                topics.countersignatures(auditor), Topics.modelKey(link.model()), sign(auditor, link, identity));
        try {
            producer.send(record).get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "a countersignature cannot be sent: " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("a countersignature cannot be sent in time", e);
        }
    }
}
