package org.silofold.silo.member;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.Topics;
import org.silofold.silo.agent.AgentContext;

/**
 * Carries records from Kafka to a {@link Member} and its effects back, on the caller's thread.
 *
 * <p>Read: the manifests of the roster's silos and the members' votes as they are written (their writers have no transactions), requests
 * and model manifests once committed. Partitions are assigned from the roster, without a consumer group, so that no rebalance delays an
 * answer. Positions are in the member's store, saved only after what was decided on a record was sent: after a crash records are read
 * again and effects sent again, which is harmless. A record that is ahead of the registry waits a bounded time, and holds its partition's
 * saved position back meanwhile.
 *
 * <p>Before it says anything the loop reads the member's own votes to their end: a store that does not know them is too old to serve.
 *
 * <p>A record that is turned away is counted in the agent's health and skipped. Kafka's and the store's failures end the loop; run again
 * it goes on from the store.
 */
final class MemberLoop {
    /** How long one of the two polls waits for records. */
    private static final Duration POLL = Duration.ofMillis(20);

    private static final Duration TICK = Duration.ofSeconds(1);

    private final AgentContext context;
    private final String self;
    private final Topics topics;
    private final MemberStore store;
    private final Member member;
    private final RegistryCache registry;
    private final RecordIntake intake;
    private final EffectSender sender;
    private final KafkaConsumer<byte[], byte[]> uncommitted;
    private final KafkaConsumer<byte[], byte[]> committed;
    private final Positions positions;
    private final Set<TopicPartition> assigned = new HashSet<>();

    /** All parts are the caller's to close. */
    MemberLoop(
            AgentContext context,
            MemberStore store,
            Member member,
            RegistryCache registry,
            EffectSender sender,
            KafkaConsumer<byte[], byte[]> uncommitted,
            KafkaConsumer<byte[], byte[]> committed) {
        this.context = context;
        this.self = context.party().name();
        this.topics = context.topics();
        this.store = store;
        this.member = member;
        this.registry = registry;
        this.intake = new RecordIntake(topics, registry, member);
        this.sender = sender;
        this.uncommitted = uncommitted;
        this.committed = committed;
        this.positions = new Positions(store);
    }

    /** Runs until the agent stops or this party has no seat any more. */
    void run() {
        if (!readOwnVotes()) {
            return;
        }
        sender.send(registry.get(), member.resume());
        long nextTick = System.nanoTime();
        while (!context.stopping() && registry.get().roster().point(self) > 0) {
            List<MemberEffect> effects = new ArrayList<>();
            if (System.nanoTime() - nextTick >= 0) {
                assign();
                retryParked(effects);
                effects.addAll(member.tick());
                eraseOldKeys();
                context.health().ok(MemberService.NAME, state());
                nextTick = System.nanoTime() + TICK.toNanos();
            }
            committed.poll(POLL).forEach(record -> handle(record, effects));
            uncommitted.poll(POLL).forEach(record -> handle(record, effects));
            sender.send(registry.get(), effects);
            positions.save();
        }
    }

    /** The member looks at no manifest of an epoch that has ended: what could open its packets goes. */
    private void eraseOldKeys() {
        for (int epoch : context.party().kemEpochs().headSet(registry.get().epoch())) {
            context.party().eraseKemKey(epoch);
        }
    }

    private String state() {
        RegistrySnapshot now = registry.get();
        return store.standsAside(now.epoch())
                ? "stands aside in epoch " + now.epoch() + ": its store does not know its own votes"
                : "member " + now.roster().point(self) + " of "
                        + now.committee().n() + ", epoch " + now.epoch();
    }

    /** Feeds the member its own votes, to the end that the topic has now; false if the agent stops meanwhile. */
    private boolean readOwnVotes() {
        String topic = topics.votes(self);
        List<TopicPartition> own = partitions(uncommitted.listTopics(), topic);
        uncommitted.assign(own);
        assigned.addAll(own);
        own.forEach(partition -> seek(uncommitted, partition));
        Map<TopicPartition, Long> end = uncommitted.endOffsets(own);
        List<MemberEffect> effects = new ArrayList<>();
        while (own.stream().anyMatch(partition -> uncommitted.position(partition) < end.get(partition))) {
            if (context.stopping()) {
                return false;
            }
            uncommitted.poll(POLL).forEach(record -> handle(record, effects));
        }
        return true;
    }

    /** Takes on the partitions of the roster's topics that are new; the others keep their positions. */
    private void assign() {
        RegistrySnapshot now = registry.get();
        List<String> direct = new ArrayList<>();
        now.roster().silos().forEach(silo -> direct.add(topics.manifests(silo)));
        now.roster().committee().forEach(name -> direct.add(topics.votes(name)));
        List<String> transactional = List.of(topics.unmaskRequests(), topics.modelManifests());
        Map<String, List<PartitionInfo>> existing = Map.of();
        Set<String> known = new HashSet<>();
        assigned.forEach(partition -> known.add(partition.topic()));
        if (!known.containsAll(direct) || !known.containsAll(transactional)) {
            existing = uncommitted.listTopics();
        }
        add(uncommitted, existing, direct);
        add(committed, existing, transactional);
    }

    private void add(
            KafkaConsumer<byte[], byte[]> consumer, Map<String, List<PartitionInfo>> existing, List<String> names) {
        List<TopicPartition> fresh = new ArrayList<>();
        for (String name : names) {
            for (TopicPartition partition : partitions(existing, name)) {
                if (assigned.add(partition)) {
                    fresh.add(partition);
                }
            }
        }
        if (!fresh.isEmpty()) {
            Set<TopicPartition> all = new HashSet<>(consumer.assignment());
            all.addAll(fresh);
            consumer.assign(all);
            fresh.forEach(partition -> seek(consumer, partition));
        }
    }

    private static List<TopicPartition> partitions(Map<String, List<PartitionInfo>> existing, String topic) {
        return existing.getOrDefault(topic, List.of()).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    private void seek(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition) {
        long position = store.position(partition.topic(), partition.partition());
        if (position == 0) {
            consumer.seekToBeginning(List.of(partition));
        } else {
            consumer.seek(partition, position);
        }
    }

    private void handle(ConsumerRecord<byte[], byte[]> record, List<MemberEffect> effects) {
        if (tryHandle(record, effects)) {
            positions.done(record);
        } else {
            positions
                    .park(record, System.nanoTime())
                    .ifPresent(pushedOut -> skip(pushedOut, "pushed out while waiting"));
        }
    }

    /** False if the record is ahead of the registry and must wait. */
    private boolean tryHandle(ConsumerRecord<byte[], byte[]> record, List<MemberEffect> effects) {
        if (record.value() == null) {
            return true;
        }
        try {
            return intake.handle(record, effects);
        } catch (RejectedException e) {
            skip(record, e.getMessage());
            return true;
        }
    }

    private void retryParked(List<MemberEffect> effects) {
        for (Positions.Parked parked : positions.parked()) {
            if (tryHandle(parked.record(), effects)) {
                positions.unpark(parked);
            } else if (parked.isOverdue(System.nanoTime())) {
                positions.unpark(parked);
                skip(parked.record(), "ahead of the registry for too long");
            }
        }
    }

    private void skip(ConsumerRecord<byte[], byte[]> record, String why) {
        context.health()
                .skipped(
                        MemberService.NAME,
                        record.topic() + "-" + record.partition() + "@" + record.offset() + ": " + why);
    }
}
