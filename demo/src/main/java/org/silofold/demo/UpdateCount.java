package org.silofold.demo;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.silofold.demo.report.RunSummary;
import org.silofold.demo.train.Submissions;
import org.silofold.demo.train.Submitted;
import org.silofold.demo.watch.Facts;
import org.silofold.demo.watch.Published;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.SiloException;
import org.silofold.silo.sdk.UpdateStatus;

/** Counts in how many published versions each update is, and at the end what became of every one. */
final class UpdateCount {
    private final Map<UpdateId, Integer> versions = new HashMap<>();

    /** Counts a published cohort. */
    void add(Published published) {
        for (UpdateRef ref : published.manifest().cohort()) {
            versions.merge(ref.updateId(), 1, Integer::sum);
        }
    }

    /** Updates that reached a version. */
    long inVersions() {
        return versions.size();
    }

    /**
     * What became of all updates.
     *
     * @param party an update's silo's directory, whose agent still runs
     */
    RunSummary.Updates total(Submissions submissions, Facts facts, Function<Submitted, Path> party) {
        long ended = 0;
        long lost = 0;
        Map<Path, Silo> silos = new HashMap<>();
        for (Submitted submitted : submissions.all()) {
            if (versions.containsKey(submitted.updateId())) {
                continue;
            }
            Silo silo = silos.computeIfAbsent(party.apply(submitted), Silo::connect);
            UpdateStatus.State state = state(silo, submitted.updateId());
            if (state == UpdateStatus.State.REFUSED || state == UpdateStatus.State.SPENT) {
                ended++;
            } else if (state == null || state == UpdateStatus.State.IN_VERSION) {
                lost++;
            }
        }
        silos.values().forEach(Silo::close);
        return new RunSummary.Updates(
                submissions.all().size(),
                facts.count(UpdateFate.Kind.ACCEPTED),
                versions.size(),
                ended,
                lost,
                versions.values().stream().filter(count -> count > 1).count());
    }

    private static UpdateStatus.State state(Silo silo, UpdateId updateId) {
        try {
            return silo.status(updateId).state();
        } catch (SiloException e) {
            return null;
        }
    }
}
