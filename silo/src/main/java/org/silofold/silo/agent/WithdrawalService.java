package org.silofold.silo.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Roster;
import org.silofold.schemas.Topics;
import org.silofold.silo.store.AgentDatabase;
import org.silofold.silo.store.WithdrawalTable;

/**
 * Publishes this silo's withdrawals, also those that {@link ExpiredUpdates} makes, and collects what the committee says of them. Costs nothing while
 * there is none. The same bytes are sent again at every start and now and then: members may have lost their place.
 */
final class WithdrawalService implements AgentService {
    static final String COMPONENT = "withdrawals";

    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final Duration AGAIN = Duration.ofSeconds(60);

    private final WithdrawalTable withdrawals;
    private final ExpiredUpdates expired;
    private final Changes changes;

    WithdrawalService(AgentDatabase database, Outbox outbox, Changes changes) {
        this.withdrawals = database.withdrawals();
        this.expired = new ExpiredUpdates(database, outbox);
        this.changes = changes;
    }

    @Override
    public String name() {
        return COMPONENT;
    }

    @Override
    public void run(AgentContext context) throws Exception {
        context.health().ok(COMPONENT, "nothing to withdraw");
        while (!context.stopping()) {
            expired.withdraw(context);
            Optional<List<WithdrawalTable.Pending>> waiting =
                    changes.await(() -> Optional.of(answerable(context)).filter(list -> !list.isEmpty()), IDLE);
            if (waiting.isEmpty()) {
                continue;
            }
            Producer<byte[], byte[]> producer = context.kafka().producer(COMPONENT);
            try (KafkaConsumer<byte[], byte[]> consumer = context.kafka().consumer(COMPONENT, false)) {
                AutoCloseable closing = context.onStop(() -> {
                    producer.close(Duration.ZERO);
                    consumer.wakeup();
                });
                try {
                    collect(context, producer, consumer);
                } finally {
                    closing.close();
                }
            } catch (WakeupException e) {
                if (!context.stopping()) {
                    throw e;
                }
            } finally {
                producer.close(Duration.ZERO);
            }
            context.health().ok(COMPONENT, "nothing to withdraw");
        }
    }

    /** Withdrawals that the present committee can answer. */
    private List<WithdrawalTable.Pending> answerable(AgentContext context) {
        List<WithdrawalTable.Pending> pending = withdrawals.pending();
        return context.registry().read(view -> pending.stream()
                .filter(withdrawal -> NeverVotedRule.answerable(view, withdrawal))
                .toList());
    }

    /** Asks and listens until there is nothing left to ask this committee. */
    private void collect(
            AgentContext context, Producer<byte[], byte[]> producer, KafkaConsumer<byte[], byte[]> consumer)
            throws InterruptedException {
        Optional<Digest> roster = context.registry().read(view -> view.rosterDigest());
        Map<String, String> members = follow(context, consumer);
        Set<UpdateId> asked = new HashSet<>();
        long askAgain = System.nanoTime() + AGAIN.toNanos();
        long nextHeartbeat = System.nanoTime();
        List<WithdrawalTable.Pending> pending = answerable(context);
        while (!pending.isEmpty()
                && !context.stopping()
                && roster.equals(context.registry().read(view -> view.rosterDigest()))) {
            if (System.nanoTime() - askAgain >= 0) {
                asked.clear();
                askAgain = System.nanoTime() + AGAIN.toNanos();
            }
            for (WithdrawalTable.Pending withdrawal : pending) {
                if (asked.add(withdrawal.update().updateId())) {
                    ask(context, producer, withdrawal);
                }
            }
            if (System.nanoTime() - nextHeartbeat >= 0) {
                // A poll is silent whether there is nothing new or nobody there: this fails when the broker is away.
                consumer.endOffsets(consumer.assignment());
                nextHeartbeat = System.nanoTime() + context.config().heartbeat().toNanos();
            }
            context.health().ok(COMPONENT, pending.size() + " to withdraw, the committee is asked");
            for (ConsumerRecord<byte[], byte[]> record :
                    consumer.poll(context.config().poll())) {
                handle(context, members.get(record.topic()), record);
            }
            expired.withdraw(context);
            pending = answerable(context);
        }
    }

    /** From the beginning: an answer may be older than this start. Returns whose each topic is. */
    private static Map<String, String> follow(AgentContext context, KafkaConsumer<byte[], byte[]> consumer) {
        Map<String, String> members = new HashMap<>();
        List<TopicPartition> partitions = new ArrayList<>();
        for (String member : context.registry()
                .read(view -> view.roster().map(Roster::committee).orElseThrow())) {
            String topic = context.topics().neverVoted(member);
            members.put(topic, member);
            List<PartitionInfo> known = consumer.partitionsFor(topic);
            if (known == null || known.isEmpty()) {
                throw new KafkaException("there is no topic " + topic);
            }
            known.forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return members;
    }

    private static void ask(AgentContext context, Producer<byte[], byte[]> producer, WithdrawalTable.Pending withdrawal)
            throws InterruptedException {
        UpdateId id = withdrawal.update().updateId();
        try {
            producer.send(new ProducerRecord<>(
                            context.topics().withdrawals(context.party().name()),
                            Topics.updateKey(id),
                            withdrawal.record()))
                    .get();
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "the withdrawal of update " + id + " cannot be sent yet: "
                            + e.getCause().getMessage(),
                    e);
        }
    }

    /** Takes a member's record. */
    void handle(AgentContext context, String member, ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return;
        }
        try {
            NeverVotedRule rule = new NeverVotedRule(context.party().name());
            List<WithdrawalTable.Pending> pending = withdrawals.pending();
            NeverVotedRule.Proven proven = context.registry()
                    .read(view -> rule.proven(
                            view,
                            member,
                            record.value(),
                            pending,
                            context.clock().millis()));
            for (WithdrawalTable.Pending withdrawal : proven.withdrawals()) {
                UpdateId id = withdrawal.update().updateId();
                if (withdrawals.neverVoted(id, member, record.value(), proven.threshold())) {
                    changes.signal();
                }
            }
        } catch (RejectedException e) {
            context.health()
                    .skipped(
                            COMPONENT,
                            record.topic() + "-" + record.partition() + "@" + record.offset() + ": " + e.getMessage());
        }
    }
}
