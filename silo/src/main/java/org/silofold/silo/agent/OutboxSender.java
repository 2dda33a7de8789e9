package org.silofold.silo.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.Topics;
import org.silofold.silo.store.OutgoingUpdate;
import org.silofold.silo.store.UpdateState;
import org.silofold.silo.store.UpdateTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is in the outbox: an update's shards, and after the broker has acknowledged all of them its manifest. Sends an update again from
 * the start, the same bytes, whenever it cannot know that all of it arrived; receivers take duplicates for one. After a start it sends nothing before the
 * chain of models was read: an update that waited while its base became too old ends here.
 */
final class OutboxSender implements AgentService {
    static final String COMPONENT = "outbox";

    private static final Logger LOG = LoggerFactory.getLogger(OutboxSender.class);
    private static final String NOTHING = "nothing to send";

    /** Shards under way at once: what memory holds is this times 800 KiB. */
    private static final int WINDOW = 4;

    private static final Duration IDLE = Duration.ofSeconds(5);

    private final Outbox outbox;
    private final UpdateTable updates;
    private final OwnLog own;
    private final Changes changes;

    /** What was to be sent when it was last looked at. */
    private List<UpdateId> seen;

    OutboxSender(Outbox outbox, UpdateTable updates, OwnLog own, Changes changes) {
        this.outbox = outbox;
        this.updates = updates;
        this.own = own;
        this.changes = changes;
        this.seen = ids(updates.unsent());
    }

    @Override
    public String name() {
        return COMPONENT;
    }

    @Override
    public void run(AgentContext context) throws Exception {
        context.health().ok(COMPONENT, NOTHING);
        while (!context.stopping()) {
            tidy();
            Optional<List<OutgoingUpdate>> waiting =
                    changes.await(() -> Optional.of(due(context)).filter(list -> !list.isEmpty()), IDLE);
            if (waiting.isEmpty()) {
                int held = updates.unsent().size();
                context.health()
                        .ok(COMPONENT, held == 0 ? NOTHING : held + " to send once the chain of models is read");
                continue;
            }
            // Everything sent was awaited, or failed: there is never a reason to linger.
            Producer<byte[], byte[]> producer = context.kafka().producer(COMPONENT);
            AutoCloseable closing = context.onStop(() -> producer.close(Duration.ZERO));
            try {
                sendAll(context, producer);
            } finally {
                closing.close();
                producer.close(Duration.ZERO);
            }
            context.health().ok(COMPONENT, NOTHING);
        }
        tidy();
    }

    /** Removes the records of updates that ended otherwise than here: the log had all of them. */
    private void tidy() {
        List<UpdateId> next = new ArrayList<>(ids(updates.unsent()));
        for (UpdateId id : seen) {
            if (!next.contains(id) && !removed(id)) {
                next.add(id);
            }
        }
        seen = next;
    }

    private boolean removed(UpdateId id) {
        try {
            outbox.files().remove(id);
            return true;
        } catch (IOException e) {
            LOG.warn("the records of update {} cannot be removed: {}", id, e.getMessage());
            return false;
        }
    }

    private static List<UpdateId> ids(List<OutgoingUpdate> updates) {
        return updates.stream().map(OutgoingUpdate::updateId).toList();
    }

    /** What is to be sent or given up now. */
    private List<OutgoingUpdate> due(AgentContext context) {
        boolean loaded = context.models().loaded();
        return updates.unsent().stream()
                .filter(update -> loaded || expired(context, update))
                .toList();
    }

    private static boolean expired(AgentContext context, OutgoingUpdate update) {
        return update.expiryMillis() <= context.clock().millis();
    }

    /** Why no version can hold the update any more, by the newest version that is published. */
    private static Optional<String> tooStale(AgentContext context, OutgoingUpdate update) {
        String model = update.model();
        return context.models().head(model).flatMap(head -> context.registry()
                .read(view -> view.policy(model))
                .filter(policy -> StaleBase.isGone(update.baseVersion(), head.version(), policy))
                .map(policy -> StaleBase.gone(model, update.baseVersion(), head.version(), policy)));
    }

    private void sendAll(AgentContext context, Producer<byte[], byte[]> producer) throws Exception {
        // What arrived all the same and is in a version ends so.
        own.settle();
        each(due(context), update -> {
            if (!context.stopping()) {
                sendOrEnd(context, producer, update);
                changes.signal();
            }
        });
    }

    /** What is done with an update. */
    interface Sending {
        void of(OutgoingUpdate update) throws IOException, InterruptedException;
    }

    /** What fails for one update is told once all were tried: another may go to another partition, and lie in another file. */
    static void each(List<OutgoingUpdate> updates, Sending sending) throws Exception {
        Exception first = null;
        for (OutgoingUpdate update : updates) {
            try {
                sending.of(update);
            } catch (KafkaException | IOException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private void sendOrEnd(AgentContext context, Producer<byte[], byte[]> producer, OutgoingUpdate update)
            throws IOException, InterruptedException {
        Topics topics = context.topics();
        String silo = context.party().name();
        Optional<String> stale = tooStale(context, update);
        if (expired(context, update)) {
            giveUp(update, Reason.EXPIRED, "it expired before the broker had acknowledged it; it may have arrived");
        } else if (stale.isPresent()) {
            giveUp(update, Reason.TOO_STALE, "it was not sent in full before: " + stale.get());
        } else {
            sendOrGiveUp(producer, topics.updates(silo), topics.manifests(silo), update);
        }
    }

    /** One update whose records are damaged does not hold up the others. */
    void sendOrGiveUp(
            Producer<byte[], byte[]> producer, String updatesTopic, String manifestsTopic, OutgoingUpdate update)
            throws IOException, InterruptedException {
        try {
            send(producer, updatesTopic, manifestsTopic, update);
        } catch (AgentException e) {
            giveUp(update, Reason.INCOMPLETE, e.getMessage() + "; what was sent of it before may have arrived");
        }
    }

    /** A version that lists the update all the same has the last word. */
    private void giveUp(OutgoingUpdate update, Reason reason, String why) throws IOException {
        updates.advance(update.updateId(), UpdateState.REFUSED, -1, Optional.of(reason), why);
        outbox.files().remove(update.updateId());
    }

    /** Sends one update and remembers that it was sent; stops if it is withdrawn meanwhile. */
    void send(Producer<byte[], byte[]> producer, String updatesTopic, String manifestsTopic, OutgoingUpdate update)
            throws IOException, InterruptedException {
        UpdateId id = update.updateId();
        Optional<List<Path>> kept = outbox.whileNotWithdrawn(id, () -> outbox.records(update));
        if (kept.isEmpty()) {
            return;
        }
        List<Path> records = kept.get();
        Deque<Future<RecordMetadata>> underWay = new ArrayDeque<>();
        for (Path shard : records.subList(0, records.size() - 1)) {
            if (underWay.size() >= WINDOW) {
                await(underWay.removeFirst(), id);
            }
            Optional<Future<RecordMetadata>> sent = send(producer, updatesTopic, id, shard);
            if (sent.isEmpty()) {
                return;
            }
            underWay.add(sent.get());
        }
        while (!underWay.isEmpty()) {
            await(underWay.removeFirst(), id);
        }
        Optional<Future<RecordMetadata>> last = send(producer, manifestsTopic, id, records.get(records.size() - 1));
        if (last.isPresent()) {
            await(last.get(), id);
            updates.markSent(id);
            outbox.files().remove(id);
        }
    }

    private Optional<Future<RecordMetadata>> send(
            Producer<byte[], byte[]> producer, String topic, UpdateId id, Path record) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(record);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        return outbox.whileNotWithdrawn(
                id, () -> producer.send(new ProducerRecord<>(topic, Topics.updateKey(id), bytes)));
    }

    private static void await(Future<RecordMetadata> sent, UpdateId id) throws InterruptedException {
        try {
            sent.get();
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "update " + id + " cannot be sent yet: " + e.getCause().getMessage(), e);
        }
    }
}
