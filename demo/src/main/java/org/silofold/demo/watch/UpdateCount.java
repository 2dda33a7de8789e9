package org.silofold.demo.watch;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.silofold.demo.report.RunSummary;
import org.silofold.demo.train.Submissions;
import org.silofold.demo.train.Submitted;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.SiloException;
import org.silofold.silo.verify.UpdateLedger;

/**
 * What became of every update that was submitted, by the same ledger as {@code verify-log}; and whether its agent knows of one that the log
 * is silent about.
 */
public final class UpdateCount {
    private final UpdateLedger ledger = new UpdateLedger();

    /** Counts a published cohort. */
    public void add(Published published) {
        for (UpdateRef ref : published.manifest().cohort()) {
            ledger.inVersion(UpdateLedger.Key.of(ref), published.manifest().version());
        }
    }

    /** Updates that reached a version. */
    public long inVersions() {
        return ledger.inVersions();
    }

    /**
     * What became of all updates.
     *
     * @param party an update's silo's directory, whose agent still runs
     */
    public RunSummary.Updates total(Submissions submissions, Facts facts, Function<Submitted, Path> party) {
        facts.fates().forEach(ledger::fate);
        long forgotten = 0;
        Map<Path, Silo> silos = new HashMap<>();
        for (Submitted submitted : submissions.all()) {
            UpdateLedger.Key update = new UpdateLedger.Key(submitted.silo(), submitted.updateId());
            ledger.offer(update);
            if (ledger.outcome(update) instanceof UpdateLedger.Outcome.Open
                    && !isKnown(silos.computeIfAbsent(party.apply(submitted), Silo::connect), submitted)) {
                forgotten++;
            }
        }
        silos.values().forEach(Silo::close);
        UpdateLedger.Totals totals = ledger.totals();
        return new RunSummary.Updates(
                totals.offered(),
                facts.count(UpdateFate.Kind.ACCEPTED),
                totals.inVersions(),
                totals.ended().values().stream().mapToLong(Long::longValue).sum(),
                totals.lost() + forgotten,
                totals.twice());
    }

    private static boolean isKnown(Silo silo, Submitted submitted) {
        try {
            silo.status(submitted.updateId());
            return true;
        } catch (SiloException e) {
            return false;
        }
    }
}
