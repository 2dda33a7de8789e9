package org.silofold.silo.agent;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Roster;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.silo.store.DocumentTable;

/**
 * Keeps the party's copy of the registry, made from the registry's topic and from the own topics of all who are enrolled there. Every accepted document is on disk before anyone reads it from here, and is applied again at the
 * next start before Kafka is asked: a broker that shows an older registry changes nothing, and is told on.
 */
final class RegistryFollower implements Registry, TopicFollower.Handler {
    static final String COMPONENT = "registry";

    private static final String BUNDLE = "key-bundle/";
    private static final int MOST_WAITING = 256;

    private final Topics topics;
    private final OwnBundles own;
    private final RegistryView view;
    private final DocumentTable documents;
    private final Health health;
    private final Changes changes;
    /** Keys whose last record on the topic was older than the document held. */
    private final Set<String> rolledBack = new HashSet<>();

    /** Key bundles whose subjects are not enrolled yet: not verified, so not on disk. */
    private final Map<String, byte[]> waiting = new HashMap<>();

    private long revision;
    private boolean loaded;

    RegistryFollower(
            Topics topics, OwnBundles own, RegistryView view, DocumentTable documents, Health health, Changes changes) {
        this.topics = topics;
        this.own = own;
        this.view = view;
        this.documents = documents;
        this.health = health;
        this.changes = changes;
        restore();
    }

    /** The topics that the registry is made from: those of parties become known with their enrolments. */
    synchronized FollowedTopics topics() {
        return new FollowedTopics(
                List.of(topics.registry()),
                view.subjects().stream().map(topics::keys).toList());
    }

    @Override
    public synchronized <T> T read(Function<RegistryView, T> reader) {
        return reader.apply(view);
    }

    @Override
    public synchronized long revision() {
        return revision;
    }

    @Override
    public synchronized boolean loaded() {
        return loaded;
    }

    @Override
    public Optional<Policy> policy(String model, long sequence) {
        return documents.policies(model).stream()
                .map(record -> SignedRecords.reread(Policy.class, Purpose.POLICY, record)
                        .message())
                .filter(policy -> policy.sequence() == sequence)
                .findFirst();
    }

    @Override
    public Map<Digest, Roster> rosters() {
        Map<Digest, Roster> rosters = new LinkedHashMap<>();
        for (byte[] record : documents.rosters()) {
            SignedRecord<Roster> roster = SignedRecords.reread(Roster.class, Purpose.ROSTER, record);
            rosters.put(roster.digest(), roster.message());
        }
        return rosters;
    }

    @Override
    public boolean begin(AgentContext context) {
        own.begin();
        return true;
    }

    @Override
    public void erased(ConsumerRecord<byte[], byte[]> record) {
        own.saw(record);
    }

    @Override
    public void handle(ConsumerRecord<byte[], byte[]> record) {
        own.saw(record);
        if (record.key() == null) {
            throw new RejectedException(Reason.MALFORMED_HEADER, "a registry record without a key");
        }
        Topics.Parsed topic = topics.parse(record.topic()).orElseThrow();
        String key = new String(record.key(), StandardCharsets.UTF_8);
        try {
            boolean changed = apply(topic, key, record.value());
            rolledBack.remove(key);
            if (changed) {
                changes.signal();
            }
        } catch (RejectedException e) {
            if (e.reason() != Reason.OLD_DOCUMENT) {
                throw e;
            }
            // Compaction lags, so older documents precede newer ones; only one that stays the last of its key is a
            // roll-back. A key bundle may lie in two topics, and be newer in the one than in the other.
            if (!key.startsWith(BUNDLE)) {
                rolledBack.add(key);
            }
        }
    }

    @Override
    public void caughtUp() {
        synchronized (this) {
            loaded = true;
        }
        own.caughtUp();
        changes.signal();
        if (!rolledBack.isEmpty()) {
            health.alarm(
                    "registry-rollback",
                    "the broker's registry is older than what this party has seen: " + String.join(", ", rolledBack));
        }
    }

    private synchronized boolean apply(Topics.Parsed topic, String key, byte[] record) {
        boolean changed = view.apply(topic, key.getBytes(StandardCharsets.UTF_8), record);
        if (changed) {
            remember(key, record);
            revision++;
        } else if (key.startsWith(BUNDLE) && !holdsBundle(key) && waiting.size() < MOST_WAITING) {
            waiting.put(key, record);
        }
        return changed;
    }

    private void remember(String key, byte[] record) {
        documents.put(key, record);
        if (key.startsWith("policy/")) {
            String model = key.substring("policy/".length());
            view.policy(model).ifPresent(policy -> documents.putPolicy(model, policy.sequence(), record));
        } else if (key.equals("roster")) {
            view.roster().ifPresent(roster -> documents.putRoster(roster.sequence(), record));
        } else if (key.startsWith("enrolment/")) {
            String bundles = BUNDLE + key.substring("enrolment/".length()) + "/";
            // With another identity key the view has dropped what the old one signed.
            documents.all().keySet().stream()
                    .filter(stored -> stored.startsWith(bundles) && !holdsBundle(stored))
                    .forEach(documents::remove);
            // The view takes up a bundle that waited for this enrolment, without another word.
            waiting.entrySet().removeIf(entry -> {
                boolean taken = entry.getKey().startsWith(bundles) && holdsBundle(entry.getKey());
                if (taken) {
                    documents.put(entry.getKey(), entry.getValue());
                }
                return taken;
            });
        }
    }

    private boolean holdsBundle(String key) {
        String[] parts = key.split("/", -1);
        return parts.length == 3
                && parts[2].matches("\\d{1,9}")
                && view.keyBundle(parts[1], Integer.parseInt(parts[2])).isPresent();
    }

    /** By key, which puts enrolments before what the enrolled have signed. */
    private void restore() {
        for (Map.Entry<String, byte[]> document : new TreeMap<>(documents.all()).entrySet()) {
            try {
                view.apply(document.getKey().getBytes(StandardCharsets.UTF_8), document.getValue());
            } catch (RejectedException e) {
                health.alarm(
                        "registry-store",
                        "a stored document no longer verifies: " + document.getKey() + ": " + e.getMessage());
            }
        }
    }
}
