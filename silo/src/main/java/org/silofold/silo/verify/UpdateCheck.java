package org.silofold.silo.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.Topics;

/**
 * Whether every complete update of a model is in one version, or ended, or is open; and what was said of updates agrees with the versions. An
 * update is complete when the log holds its manifest and the shards under it. Pure.
 */
final class UpdateCheck {
    /** How long after an update's expiry, and after a start of its job, the aggregator has to say what became of it. */
    static final long GRACE_MILLIS = 3_600_000;

    private final LogFacts facts;
    private final Topics topics;
    private final RegistryHistory registry;
    private final String model;
    private final VersionChains chains;
    private final UpdateLedger ledger = new UpdateLedger();
    private final Map<UpdateLedger.Key, LogFacts.Update> updates = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    private final Set<UpdateLedger.Key> passedOver = new HashSet<>();

    private long contradicted;

    /** A base that a silo has spent. */
    private record Base(String silo, long version) {}

    private UpdateCheck(LogFacts facts, Topics topics, RegistryHistory registry, String model, VersionChains chains) {
        this.facts = facts;
        this.topics = topics;
        this.registry = registry;
        this.model = model;
        this.chains = chains;
    }

    /**
     * What was found.
     *
     * @param findings what is wrong
     * @param totals over the complete updates
     * @param contradicted updates of versions that the aggregator had refused, or called spent because too few members answered, before a start
     *     of its job, which does not read fates back (docs/protocol.md, 6.1.1)
     */
    record Result(List<Finding> findings, UpdateLedger.Totals totals, long contradicted) {}

    static Result check(
            LogFacts facts,
            Topics topics,
            RegistryHistory registry,
            String model,
            VersionChains chains,
            HistoryCheck.Mode mode) {
        UpdateCheck check = new UpdateCheck(facts, topics, registry, model, chains);
        check.read();
        check.versions();
        check.fates();
        check.nonePassedOver();
        if (mode == HistoryCheck.Mode.SETTLED) {
            check.nothingOpen();
        }
        return new Result(check.findings, check.ledger.totals(), check.contradicted);
    }

    private void read() {
        for (LogFacts.Update update : facts.updates()) {
            if (update.model().equals(model)) {
                UpdateLedger.Key key = UpdateLedger.Key.of(update.ref());
                updates.put(key, update);
                if (update.complete()) {
                    ledger.offer(key);
                }
                update.rejected().ifPresent(reason -> ledger.rejected(key, reason));
            }
        }
        facts.fates().stream()
                .filter(fate -> fate.fate().context().model().equals(model))
                .forEach(fate -> ledger.fate(fate.fate()));
    }

    private void versions() {
        Map<UpdateLedger.Key, Long> held = new HashMap<>();
        Map<Base, Long> bases = new HashMap<>();
        chains.versions(model).forEach((version, manifest) -> {
            for (UpdateRef ref : manifest.manifest().cohort()) {
                UpdateLedger.Key key = UpdateLedger.Key.of(ref);
                ledger.inVersion(key, version);
                Long other = held.putIfAbsent(key, version);
                if (other != null) {
                    wrong(
                            Finding.Kind.TWICE,
                            manifest.at(),
                            name(key) + " is in version " + other + " and in version " + version);
                    continue;
                }
                Optional.ofNullable(updates.get(key)).ifPresent(update -> {
                    once(bases, update, version, manifest.at());
                    whole(update, version, manifest.at());
                });
            }
        });
    }

    private void once(Map<Base, Long> bases, LogFacts.Update update, long version, Origin at) {
        Base base = new Base(update.ref().silo(), update.baseVersion());
        Long other = bases.putIfAbsent(base, version);
        if (other != null) {
            wrong(
                    Finding.Kind.BASE_TWICE,
                    at,
                    "two updates of " + base.silo() + " from base version " + base.version() + " are in versions "
                            + other + " and " + version);
        }
    }

    private void whole(LogFacts.Update update, long version, Origin at) {
        if (!update.complete()) {
            String what = name(UpdateLedger.Key.of(update.ref())) + " is in version " + version
                    + ", and the log does not hold the shards of its manifest at " + update.at();
            findings.add(
                    facts.gaps().of(topics.updates(update.ref().silo()))
                            ? Finding.notChecked(Optional.of(at), what)
                            : Finding.wrong(Finding.Kind.WRONG_COHORT, at, what));
        }
    }

    private void fates() {
        Set<UpdateLedger.Key> seen = new HashSet<>();
        for (LogFacts.Fate told : facts.fates()) {
            UpdateFate fate = told.fate();
            UpdateLedger.Key key = new UpdateLedger.Key(fate.silo(), fate.updateId());
            // The first final word stands, as in the ledger.
            if (!fate.context().model().equals(model) || !fate.kind().isFinal() || !seen.add(key)) {
                continue;
            }
            UpdateLedger.Outcome outcome = ledger.outcome(key);
            if (outcome instanceof UpdateLedger.Outcome.Lost lost) {
                unlessUnheard(
                        List.of(topics.modelManifests()),
                        Finding.Kind.LOST,
                        told.at(),
                        name(key) + " is said to be in version " + lost.version() + " and is in none");
            } else if (outcome instanceof UpdateLedger.Outcome.InVersions in
                    && mayBeTakenBack(fate)
                    && startedBetween(told, in.versions().first())) {
                contradicted++;
            } else if (outcome instanceof UpdateLedger.Outcome.InVersions in
                    && fate.kind() != UpdateFate.Kind.IN_VERSION) {
                wrong(
                        Finding.Kind.ENDED_IN_VERSION,
                        told.at(),
                        name(key) + " is said to be " + fate.kind().code() + " and is in version "
                                + in.versions().first());
            }
        }
    }

    /** Whether older state may come to another end than this: answers that came too late then may be in time now. */
    private static boolean mayBeTakenBack(UpdateFate fate) {
        return fate.kind() == UpdateFate.Kind.REFUSED
                || (fate.kind() == UpdateFate.Kind.SPENT && fate.reason().equals(Optional.of(Reason.NOT_ANSWERED)));
    }

    private boolean startedBetween(LogFacts.Fate told, long version) {
        long published = chains.versions(model).get(version).timestampMillis();
        return fences().anyMatch(fence ->
                told.timestampMillis() <= fence.timestampMillis() && fence.timestampMillis() <= published);
    }

    /** An aggregator that speaks of the model long after an update's expiry has said what became of it. */
    private void nonePassedOver() {
        long heard = heard();
        long started = fences().mapToLong(LogFacts.Fence::timestampMillis).max().orElse(Long.MIN_VALUE);
        for (UpdateLedger.Key key : ledger.offered()) {
            LogFacts.Update update = updates.get(key);
            if (ledger.outcome(key).equals(new UpdateLedger.Outcome.Open(UpdateLedger.OFFERED))
                    && heard - GRACE_MILLIS >= Math.max(update.expiryMillis(), started)) {
                passedOver.add(key);
                String what = name(key) + " is long expired, and the aggregator never said what became of it";
                if (update.mayBeRejected()) {
                    mayBeRejected(update, what);
                } else if (unlessUnheard(
                        List.of(topics.modelManifests(), topics.fates(), topics.rejections()),
                        Finding.Kind.LOST,
                        update.at(),
                        what)) {
                    ledger.passedOver(key);
                }
            }
        }
    }

    /** When the aggregator last spoke of the model; 0 if it never did. */
    private long heard() {
        LongStream manifests = chains.versions(model).values().stream().mapToLong(LogFacts.Manifest::timestampMillis);
        LongStream fates = facts.fates().stream()
                .filter(fate -> fate.fate().context().model().equals(model))
                .mapToLong(LogFacts.Fate::timestampMillis);
        return LongStream.concat(
                        LongStream.concat(manifests, fates), fences().mapToLong(LogFacts.Fence::timestampMillis))
                .max()
                .orElse(0);
    }

    private Stream<LogFacts.Fence> fences() {
        return facts.fences().stream().filter(fence -> fence.model().equals(model));
    }

    private void nothingOpen() {
        for (UpdateLedger.Key key : ledger.offered()) {
            if (ledger.outcome(key) instanceof UpdateLedger.Outcome.Open open && !passedOver.contains(key)) {
                LogFacts.Update update = updates.get(key);
                String what = name(key) + " is in no version and has not ended: " + open.state();
                if (open.state().equals(UpdateLedger.OFFERED) && update.mayBeRejected()) {
                    mayBeRejected(update, what);
                } else {
                    unlessUnheard(
                            List.of(topics.modelManifests(), topics.fates()),
                            Finding.Kind.STILL_OPEN,
                            update.at(),
                            what);
                }
            }
        }
    }

    private void mayBeRejected(LogFacts.Update update, String what) {
        findings.add(Finding.notChecked(
                Optional.of(update.at()),
                model + ": " + what + "; of its topics the aggregator turned more records away than it named"));
    }

    /** Wrong, unless the aggregator may have said in these topics what is missing; returns whether it is. */
    private boolean unlessUnheard(List<String> where, Finding.Kind kind, Origin at, String what) {
        if (facts.gaps().anyOf(where) || registry.hasForgotten(registry.aggregators())) {
            findings.add(Finding.notChecked(Optional.of(at), model + ": " + what));
            return false;
        }
        wrong(kind, at, what);
        return true;
    }

    private void wrong(Finding.Kind kind, Origin at, String what) {
        findings.add(Finding.wrong(kind, at, model + ": " + what));
    }

    private static String name(UpdateLedger.Key key) {
        return "update " + key.silo() + "/" + key.updateId();
    }
}
