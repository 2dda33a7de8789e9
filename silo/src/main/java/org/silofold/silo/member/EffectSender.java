package org.silofold.silo.member;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.ShareReceipts;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;

/** Signs a member's effects and writes them to its four topics. Receipts of one model and epoch travel together, and so do
 * promises never to vote. */
final class EffectSender {
    /** Most receipts in one record. */
    static final int RECEIPTS = 256;
    /** Most promises in one record. */
    static final int PROMISES = 256;

    private final String self;
    private final Topics topics;
    private final SigningKey key;
    private final Producer<byte[], byte[]> producer;
    private final RecentReceipts recent;

    /** The key and the producer are the caller's to close. */
    EffectSender(String self, Topics topics, SigningKey key, Producer<byte[], byte[]> producer) {
        this(self, topics, key, producer, System::nanoTime);
    }

    /** The same with a clock of its own. */
    EffectSender(String self, Topics topics, SigningKey key, Producer<byte[], byte[]> producer, LongSupplier nanos) {
        this.self = self;
        this.topics = topics;
        this.key = key;
        this.producer = producer;
        this.recent = new RecentReceipts(nanos);
    }

    /**
     * Sends effects; returns once the broker has them all.
     *
     * @throws KafkaException if it does not take one of them
     */
    void send(List<MemberEffect> effects) {
        if (effects.isEmpty()) {
            return;
        }
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        Map<Context, List<ShareReceipts.Entry>> receipts = new LinkedHashMap<>();
        Map<Context, Set<UpdateRef>> promises = new LinkedHashMap<>();
        for (MemberEffect effect : effects) {
            if (effect instanceof MemberEffect.SendReceipt receipt) {
                if (recent.isDue(receipt)) {
                    receipts.computeIfAbsent(receipt.context(), context -> new ArrayList<>())
                            .add(receipt.entry());
                }
            } else if (effect instanceof MemberEffect.SendNeverVoted never) {
                promises.computeIfAbsent(never.context(), context -> new LinkedHashSet<>())
                        .add(never.update());
            } else if (effect instanceof MemberEffect.SendVote vote) {
                sent.add(write(topics.votes(self), vote.vote(), new byte[0]));
            } else if (effect instanceof MemberEffect.SendResponse response) {
                sent.add(write(topics.responses(self), response.response(), response.words()));
            }
        }
        receipts.forEach((context, entries) -> {
            for (List<ShareReceipts.Entry> batch : batches(entries)) {
                sent.add(write(topics.receipts(self), new ShareReceipts(context, batch), new byte[0]));
            }
        });
        promises.forEach((context, updates) -> {
            List<UpdateRef> all = List.copyOf(updates);
            for (int from = 0; from < all.size(); from += PROMISES) {
                sent.add(write(
                        topics.neverVoted(self),
                        new NeverVoted(context, all.subList(from, Math.min(all.size(), from + PROMISES))),
                        new byte[0]));
            }
        });
        producer.flush();
        sent.forEach(EffectSender::await);
    }

    /** Batches of receipts, in order, an update at most once in each. */
    static List<List<ShareReceipts.Entry>> batches(List<ShareReceipts.Entry> entries) {
        List<List<ShareReceipts.Entry>> batches = new ArrayList<>();
        List<ShareReceipts.Entry> batch = new ArrayList<>();
        Set<String> inBatch = new HashSet<>();
        for (ShareReceipts.Entry entry : entries) {
            String update = entry.update().silo() + "/" + entry.update().updateId();
            if (batch.size() == RECEIPTS || inBatch.contains(update)) {
                batches.add(List.copyOf(batch));
                batch.clear();
                inBatch.clear();
            }
            batch.add(entry);
            inBatch.add(update);
        }
        if (!batch.isEmpty()) {
            batches.add(List.copyOf(batch));
        }
        return batches;
    }

    private Future<RecordMetadata> write(String topic, Message message, byte[] payload) {
        return producer.send(new ProducerRecord<>(topic, SignedRecords.seal(message, payload, key)));
    }

    private static void await(Future<RecordMetadata> sent) {
        try {
            sent.get();
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "the broker did not take an answer: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
