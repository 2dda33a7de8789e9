package org.silofold.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateWithdrawal;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.silo.chain.ChainLink;
import org.silofold.silo.chain.ChainRules;

/**
 * A silo: which versions it believes, by the real rules of the chain, which bases it has spent and which the committee freed, what it sent
 * and what it heard became of that.
 */
final class SiloNode {
    final String name;
    private final Reader reader;
    private Registry registry;
    private final TreeMap<Long, ChainLink> links = new TreeMap<>();
    private final List<Post.Model> early = new ArrayList<>();
    private final List<MadeUpdate> outbox = new ArrayList<>();
    private final Map<UpdateKey, UpdateFate> fates = new TreeMap<>();
    private final Set<UpdateKey> inVersions = new TreeSet<>();
    private final Map<Long, UpdateKey> spent = new HashMap<>();
    private final Map<UpdateKey, Post.Withdrawal> withdrawn = new TreeMap<>();
    private final Map<UpdateRef, Set<String>> words = new HashMap<>();
    private final Set<UpdateKey> freed = new TreeSet<>();
    private final Set<Long> freedBases = new TreeSet<>();
    private long sequence;
    private int evidence;

    SiloNode(String name, Registry registry, Network network, List<String> parties) {
        this.name = name;
        this.registry = registry;
        List<String> topics = new ArrayList<>(List.of(Network.MODELS, Network.FATES));
        parties.forEach(party -> topics.add(Network.neverVoted(party)));
        this.reader = new Reader(name, network, topics);
    }

    Reader reader() {
        return reader;
    }

    Registry registry() {
        return registry;
    }

    void see(Registry newer) {
        if (newer.revision() > registry.revision()) {
            registry = newer;
            List<Post.Model> waiting = List.copyOf(early);
            early.clear();
            waiting.forEach(this::model);
        }
    }

    boolean mayTrain() {
        return registry.seats().silos().contains(name);
    }

    List<MadeUpdate> outbox() {
        return outbox;
    }

    /** Two manifests of one version, or one that breaks the chain. */
    int evidence() {
        return evidence;
    }

    /** Whether the record names a policy of which this silo has not heard. */
    boolean isBehind(Post post) {
        return post instanceof Post.Model model
                && model.manifest().context().policySequence()
                        > registry.terms().sequence();
    }

    void deliver(Post post, long now) {
        if (post instanceof Post.Model model) {
            model(model);
        } else if (post instanceof Post.Fate told && told.fate().silo().equals(name)) {
            UpdateKey key = new UpdateKey(name, told.fate().updateId());
            fates.merge(key, told.fate(), (old, newer) -> old.kind().isFinal() ? old : newer);
        } else if (post instanceof Post.Promise promise) {
            promised(promise.promise(), now);
        }
    }

    private void model(Post.Model model) {
        long version = model.manifest().version();
        ChainLink known = links.get(version);
        if (known != null) {
            evidence += known.digest().equals(model.digest()) ? 0 : 1;
            return;
        }
        try {
            Optional<ChainRules.Missing> missing = ChainRules.check(
                    model.manifest(), registry.chainTerms(version), at -> Optional.ofNullable(links.get(at)));
            if (missing.isPresent()) {
                early.add(model);
                return;
            }
        } catch (RejectedException e) {
            evidence++;
            return;
        }
        links.put(version, ChainLink.of(model.manifest(), model.digest()));
        model.manifest().cohort().forEach(ref -> inVersions.add(UpdateKey.of(ref)));
        List<Post.Model> waiting = List.copyOf(early);
        early.clear();
        waiting.forEach(this::model);
    }

    /** The newest version that it may train from. */
    Optional<Long> base() {
        return links.isEmpty() || isSpent(links.lastKey()) ? Optional.empty() : Optional.of(links.lastKey());
    }

    /** A base that the committee freed and that was not used again. */
    Optional<Long> freedBase() {
        return freedBases.stream().findFirst();
    }

    /** By its version, or by the parameters of another one unless it may repeat them. */
    private boolean isSpent(long version) {
        ChainLink link = links.get(version);
        return spent.containsKey(version)
                || (!link.isVoid()
                        && spent.keySet().stream()
                                .anyMatch(base -> links.get(base).root().equals(link.root())));
    }

    Digest digestOf(long version) {
        return links.get(version).digest();
    }

    /** Spends the base, on disk, before the first record leaves; whether it was one that was freed. */
    boolean keep(MadeUpdate update) {
        spent.put(update.core().baseVersion(), update.key());
        outbox.add(update);
        return freedBases.remove(update.core().baseVersion());
    }

    long nextSequence() {
        return ++sequence;
    }

    Optional<UpdateFate> fate(UpdateKey update) {
        return Optional.ofNullable(fates.get(update));
    }

    /** Whether it may ask for the update back: a cohort was proposed with none, and the committee that has its shares is the roster's. */
    boolean mayWithdraw(MadeUpdate update) {
        return !withdrawn.containsKey(update.key())
                && fate(update.key())
                        .map(fate -> fate.kind() == UpdateFate.Kind.ACCEPTED || fate.kind() == UpdateFate.Kind.REFUSED)
                        .orElse(true)
                && mayStillBeFreed(update)
                && registry.isOfEpoch(update.core().context());
    }

    /** Sends no more of the update from here on. The same words each time. */
    Post.Withdrawal withdraw(MadeUpdate update) {
        Context context = registry.context(name, Purpose.UPDATE_WITHDRAWAL);
        return withdrawn.computeIfAbsent(
                update.key(),
                key -> new Post.Withdrawal(new UpdateWithdrawal(
                        context, update.core().updateId(), update.ref().manifestDigest())));
    }

    /** What it asked for, by update. */
    Map<UpdateKey, Post.Withdrawal> withdrawn() {
        return withdrawn;
    }

    /** Updates that are proven to be in no certified cohort, ever. */
    Set<UpdateKey> freed() {
        return freed;
    }

    private boolean mayStillBeFreed(MadeUpdate update) {
        boolean lost = fate(update.key())
                .map(fate -> fate.kind() == UpdateFate.Kind.IN_VERSION || fate.kind() == UpdateFate.Kind.SPENT)
                .orElse(false);
        return !lost && !inVersions.contains(update.key()) && !freed.contains(update.key());
    }

    /** Words of t members of the roster to which an update was sealed, none barred as it hears them, free its base. */
    private void promised(NeverVoted promise, long now) {
        String member = promise.context().sender();
        if (!registry.isOfEpoch(promise.context())
                || registry.seats().point(member) == 0
                || registry.isBarred(member, now)) {
            return;
        }
        for (MadeUpdate update : outbox) {
            if (withdrawn.containsKey(update.key())
                    && registry.isOfEpoch(update.core().context())
                    && promise.updates().contains(update.ref())
                    && mayStillBeFreed(update)) {
                Set<String> said = words.computeIfAbsent(update.ref(), ref -> new HashSet<>());
                said.add(member);
                if (said.size() >= registry.seats().threshold()) {
                    free(update);
                }
            }
        }
    }

    private void free(MadeUpdate update) {
        freed.add(update.key());
        long base = update.core().baseVersion();
        if (spent.remove(base, update.key())) {
            freedBases.add(base);
        }
    }
}
