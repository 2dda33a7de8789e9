package org.silofold.silo.auditor;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Roster;
import org.silofold.schemas.Topics;
import org.silofold.silo.agent.AgentContext;
import org.silofold.silo.chain.Evidence;
import org.silofold.silo.store.StoredManifest;

/**
 * Follows the log and audits what the chain of manifests shows, on the caller's thread.
 *
 * <p>When a record that a version needs was not seen yet, the loop reads to where the log ended at that moment, which is after everything
 * that the version rests on, and waits a few heartbeats so that the registry is level too. What is still missing then was never there, and the
 * version is wrong; unless the log had lost records before they were read, or a topic is not there to be read, for then nobody can tell. What
 * cannot be told is looked at again when the registry has changed.
 */
final class AuditLoop {
    private static final Duration POLL = Duration.ofMillis(100);
    /** A registry document that is on its way is here within as many heartbeats. */
    private static final int PATIENCE_HEARTBEATS = 3;

    private final AgentContext context;
    private final AuditStore store;
    private final Auditor auditor;
    private final LogFollower follower;
    private final Countersigner signer;
    private final Consumer<AuditOutcome> listener;
    private final Map<String, Waiting> waiting = new HashMap<>();
    private final Set<String> undecided = new HashSet<>();
    /** Of the registry, when undecided versions were last looked at again. */
    private long revision;

    /** A version for which something is missing yet. */
    private record Waiting(long version, Map<TopicPartition, Long> goal, long sinceNanos) {}

    AuditLoop(
            AgentContext context,
            AuditStore store,
            Auditor auditor,
            LogFollower follower,
            Countersigner signer,
            Consumer<AuditOutcome> listener) {
        this.context = context;
        this.store = store;
        this.auditor = auditor;
        this.follower = follower;
        this.signer = signer;
        this.listener = listener;
    }

    /** Runs until the agent stops. */
    void run() throws IOException, InterruptedException {
        tellOldAlarms();
        long nextHeartbeat = System.nanoTime();
        while (!context.stopping()) {
            nextHeartbeat = step(nextHeartbeat);
            lookAgain();
        }
    }

    /** Runs until every published version was audited, or the agent stops. */
    void runOnce() throws IOException, InterruptedException {
        tellOldAlarms();
        long nextHeartbeat = System.nanoTime();
        do {
            nextHeartbeat = step(nextHeartbeat);
        } while (!context.stopping() && models().stream().anyMatch(this::isDue));
    }

    private boolean isDue(String model) {
        return !undecided.contains(model) && auditor.due(model).isPresent();
    }

    private long step(long nextHeartbeat) throws IOException, InterruptedException {
        long next = nextHeartbeat;
        if (System.nanoTime() - nextHeartbeat >= 0) {
            follower.follow(topics());
            tellHealth();
            next = System.nanoTime() + context.config().heartbeat().toNanos();
        }
        if (follower.poll(POLL) == 0 && !follower.hasTopics()) {
            context.pause(POLL);
        }
        for (String model : models()) {
            audit(model);
            sendUnsent(model);
        }
        return next;
    }

    /** What could not be told may be told by another registry. */
    private void lookAgain() {
        long now = context.registry().revision();
        if (now != revision) {
            revision = now;
            waiting.keySet().removeAll(undecided);
            undecided.clear();
        }
    }

    private Set<String> models() {
        return context.registry().read(view -> new TreeSet<>(view.models()));
    }

    /** The topics of everyone who was ever in a roster. */
    private List<String> topics() {
        Topics topics = context.topics();
        Set<String> names = new TreeSet<>(Set.of(topics.initialModels()));
        for (Roster roster : context.registry().rosters().values()) {
            roster.silos().forEach(silo -> names.addAll(List.of(topics.updates(silo), topics.manifests(silo))));
            roster.committee().forEach(member -> names.addAll(List.of(topics.votes(member), topics.responses(member))));
        }
        return new ArrayList<>(names);
    }

    private void audit(String model) throws IOException {
        Optional<StoredManifest> due = undecided.contains(model) ? Optional.empty() : auditor.due(model);
        if (due.isEmpty() || mustWait(due.get())) {
            return;
        }
        StoredManifest link = due.get();
        try {
            Recomputed recomputed = auditor.audit(link);
            waiting.remove(model);
            listener.accept(new AuditOutcome.Verified(model, link.version(), link.digest(), recomputed));
            auditor.eraseOldKeys(List.copyOf(models()));
        } catch (RejectedException e) {
            wrong(link, e.reason(), e.getMessage());
        } catch (MissingRecordException e) {
            missing(link, e);
        }
    }

    private boolean mustWait(StoredManifest link) {
        Waiting wait = waiting.get(link.model());
        return wait != null && wait.version() == link.version() && !follower.reached(wait.goal());
    }

    private boolean isOver(Waiting wait) {
        long patience =
                context.config().heartbeat().multipliedBy(PATIENCE_HEARTBEATS).toNanos();
        return System.nanoTime() - wait.sinceNanos() > patience;
    }

    private void missing(StoredManifest link, MissingRecordException e) throws IOException {
        String what = "it needs " + e.getMessage();
        boolean mayCome = e.kind() == MissingRecordException.Kind.NOT_SEEN
                || e.kind() == MissingRecordException.Kind.NOT_REGISTERED;
        Waiting before = waiting.get(link.model());
        boolean waited = before != null
                && before.version() == link.version()
                && before.goal().keySet().equals(follower.partitions());
        if (mayCome && !waited) {
            follower.follow(topics());
            waiting.put(link.model(), new Waiting(link.version(), follower.end(), System.nanoTime()));
            return;
        }
        if (mayCome && !isOver(before)) {
            return;
        }
        List<String> unseen = follower.unseen(topics());
        if (e.kind() == MissingRecordException.Kind.NOT_SEEN && !store.hasGap() && unseen.isEmpty()) {
            wrong(link, Reason.INCOMPLETE, what + ", which was never in the log");
        } else {
            undecided.add(link.model());
            String unread = unseen.isEmpty() ? "" : "; the broker shows no topic " + String.join(", ", unseen);
            AuditOutcome outcome = new AuditOutcome.Undecided(link.model(), link.version(), what + unread);
            context.health().failed(AuditService.NAME, outcome.line());
            listener.accept(outcome);
        }
    }

    private void wrong(StoredManifest link, Reason reason, String detail) {
        AuditOutcome.Wrong wrong = new AuditOutcome.Wrong(link.model(), link.version(), link.digest(), reason, detail);
        new Evidence(context.party().evidence())
                .wrongVersion(link, context.models().link(link.model(), link.version() - 1), reason, wrong.line());
        store.wrong(link.model(), new AuditStore.Wrong(link.version(), link.digest(), reason, detail));
        context.health().alarm(AuditService.NAME, wrong.line());
        listener.accept(wrong);
    }

    private void tellOldAlarms() {
        for (String model : models()) {
            store.wrong(model).ifPresent(old -> {
                AuditOutcome.Wrong wrong =
                        new AuditOutcome.Wrong(model, old.version(), old.digest(), old.reason(), old.detail());
                context.health().alarm(AuditService.NAME, wrong.line());
                listener.accept(wrong);
            });
        }
    }

    private void tellHealth() {
        if (undecided.isEmpty()) {
            List<String> verified = new ArrayList<>();
            for (String model : models()) {
                store.newest(model)
                        .ifPresent(newest -> verified.add(model + " version " + newest.version() + " verified"));
            }
            context.health().ok(AuditService.NAME, verified.isEmpty() ? "following" : String.join(", ", verified));
        }
    }

    private void sendUnsent(String model) throws InterruptedException {
        for (long version : store.unsent(model)) {
            Optional<StoredManifest> link = context.models().link(model, version);
            if (link.isPresent()) {
                signer.send(link.get());
                store.sent(model, version);
            }
        }
    }
}
