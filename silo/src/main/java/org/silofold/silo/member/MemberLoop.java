package org.silofold.silo.member;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.Topics;
import org.silofold.silo.agent.AgentContext;

/**
 * Carries records from Kafka to a {@link Member} and its effects back, on the caller's thread.
 *
 * <p>Read: the manifests and withdrawals of the roster's silos, the members' votes and what this member said itself as they are written (their writers have no transactions), requests
 * and model manifests once committed. Partitions are assigned from the roster, without a consumer group, so that no rebalance delays an
 * answer. Positions are in the member's store, saved only after what was decided on a record was sent: after a crash records are read
 * again and effects sent again, which is harmless. A record that is ahead of the registry waits a bounded time, and holds its partition's
 * saved position back meanwhile.
 *
 * <p>Before it says anything the loop reads what the member said before (votes, responses, promises never to vote) to its end: a store that
 * does not know it is too old to serve. Model manifests are read from their beginning at every start, and again when the registry changed
 * after one had been given up: none may be missing from the chain.
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
    private OptionalLong gaveUpAt = OptionalLong.empty();

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
        this.intake = new RecordIntake(
                self, topics, registry, member, why -> context.health().skipped(MemberService.NAME, why));
        this.sender = sender;
        this.uncommitted = uncommitted;
        this.committed = committed;
        this.positions = new Positions(store);
    }

    /** Runs until the agent stops or this party has no seat any more. */
    void run() {
        if (!readOwnWords()) {
            return;
        }
        sender.send(member.resume());
        long nextTick = System.nanoTime();
        long nextHeartbeat = nextTick + context.config().heartbeat().toNanos();
        // Whether there may be more at once: then no time is spent on waiting for the other consumer.
        boolean busy = false;
        while (!context.stopping() && registry.get().roster().point(self) > 0) {
            List<MemberEffect> effects = new ArrayList<>();
            if (System.nanoTime() - nextTick >= 0) {
                assign();
                readChainAgain();
                retryParked(effects);
                effects.addAll(member.tick());
                MemberService.eraseOldKeys(context.party(), registry.get().epoch());
                context.health().ok(MemberService.NAME, state());
                nextTick = System.nanoTime() + TICK.toNanos();
            }
            if (System.nanoTime() - nextHeartbeat >= 0) {
                requireBroker();
                nextHeartbeat = System.nanoTime() + context.config().heartbeat().toNanos();
            }
            committed.poll(busy ? Duration.ZERO : POLL).forEach(record -> handle(record, effects, intake::handle));
            ConsumerRecords<byte[], byte[]> records = uncommitted.poll(POLL);
            records.forEach(record -> handle(record, effects, intake::handle));
            busy = !records.isEmpty();
            sender.send(effects);
            positions.save();
        }
    }

    /** A poll is silent whether there is nothing new or nobody there: this fails when the broker does not answer. */
    private void requireBroker() {
        uncommitted.endOffsets(assigned);
    }

    private String state() {
        RegistrySnapshot now = registry.get();
        return store.standsAside(now.epoch())
                ? "stands aside in epoch " + now.epoch() + ": its store does not know what it said"
                : "member " + now.roster().point(self) + " of "
                        + now.committee().n() + ", epoch " + now.epoch();
    }

    private List<String> ownTopics() {
        return List.of(topics.votes(self), topics.responses(self), topics.neverVoted(self));
    }

    /** Feeds the member what it said, to the end that its topics have now; false if the agent stops meanwhile. */
    private boolean readOwnWords() {
        Map<String, List<PartitionInfo>> existing = uncommitted.listTopics();
        List<TopicPartition> own = ownTopics().stream()
                .flatMap(topic -> partitions(existing, topic).stream())
                .toList();
        uncommitted.assign(own);
        assigned.addAll(own);
        Map<TopicPartition, Long> end = uncommitted.endOffsets(own);
        for (TopicPartition partition : own) {
            if (store.position(partition.topic(), partition.partition()) > end.get(partition)) {
                // Not the log that was read before.
                uncommitted.seekToBeginning(List.of(partition));
            } else {
                seek(uncommitted, partition);
            }
        }
        List<MemberEffect> effects = new ArrayList<>();
        while (own.stream().anyMatch(partition -> uncommitted.position(partition) < end.get(partition))) {
            if (context.stopping()) {
                return false;
            }
            uncommitted.poll(POLL).forEach(record -> handle(record, effects, intake::handleOwn));
        }
        return true;
    }

    /** A manifest was given up, and the registry has changed since: what was missing may be there now. */
    private void readChainAgain() {
        if (gaveUpAt.isPresent() && gaveUpAt.getAsLong() != context.registry().revision()) {
            gaveUpAt = OptionalLong.empty();
            committed.seekToBeginning(committed.assignment().stream()
                    .filter(partition -> partition.topic().equals(topics.modelManifests()))
                    .toList());
        }
    }

    /** Takes on the partitions of the roster's topics that are new; the others keep their positions. */
    private void assign() {
        RegistrySnapshot now = registry.get();
        List<String> direct = new ArrayList<>();
        now.roster().silos().forEach(silo -> direct.add(topics.manifests(silo)));
        now.roster().silos().forEach(silo -> direct.add(topics.withdrawals(silo)));
        now.roster().committee().forEach(name -> direct.add(topics.votes(name)));
        direct.addAll(ownTopics());
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
        if (position == 0 || partition.topic().equals(topics.modelManifests())) {
            consumer.seekToBeginning(List.of(partition));
        } else {
            consumer.seek(partition, position);
        }
    }

    private interface Intake {
        boolean handle(ConsumerRecord<byte[], byte[]> record, List<MemberEffect> effects);
    }

    private void handle(ConsumerRecord<byte[], byte[]> record, List<MemberEffect> effects, Intake by) {
        if (tryHandle(record, effects, by)) {
            positions.done(record);
        } else {
            positions
                    .park(record, System.nanoTime())
                    .ifPresent(pushedOut -> giveUp(pushedOut, "pushed out while waiting"));
        }
    }

    /** False if the record is ahead of the registry and must wait. */
    private boolean tryHandle(ConsumerRecord<byte[], byte[]> record, List<MemberEffect> effects, Intake by) {
        if (record.value() == null) {
            return true;
        }
        try {
            return by.handle(record, effects);
        } catch (RejectedException e) {
            skip(record, e.getMessage());
            return true;
        }
    }

    private void retryParked(List<MemberEffect> effects) {
        for (Positions.Parked parked : positions.parked()) {
            if (tryHandle(parked.record(), effects, intake::handle)) {
                positions.unpark(parked);
            } else if (parked.isOverdue(System.nanoTime())) {
                positions.unpark(parked);
                giveUp(parked.record(), "ahead of the registry or its chain for too long");
            }
        }
    }

    private void giveUp(ConsumerRecord<byte[], byte[]> record, String why) {
        if (record.topic().equals(topics.modelManifests())) {
            gaveUpAt = OptionalLong.of(context.registry().revision());
        }
        skip(record, why);
    }

    private void skip(ConsumerRecord<byte[], byte[]> record, String why) {
        context.health()
                .skipped(
                        MemberService.NAME,
                        record.topic() + "-" + record.partition() + "@" + record.offset() + ": " + why);
    }
}
