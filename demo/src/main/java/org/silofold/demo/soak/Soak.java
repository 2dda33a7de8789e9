package org.silofold.demo.soak;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.silofold.demo.cluster.Cluster;
import org.silofold.demo.cluster.Part;
import org.silofold.demo.cluster.SiloCount;
import org.silofold.demo.cluster.TrainingRun;
import org.silofold.demo.report.RunSummary;
import org.silofold.protocol.message.UpdateId;

/**
 * One soak of a cluster that is up.
 *
 * @param cluster the cluster
 * @param settings what goes on
 * @param say told what is under way
 */
record Soak(Cluster cluster, SoakSettings settings, Consumer<String> say) {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration SETTLING = Duration.ofSeconds(30);
    private static final Duration RESIDENT_EVERY = Duration.ofSeconds(5);
    /** Looking at what is alive collects garbage. */
    private static final Duration LIVE_EVERY = Duration.ofMinutes(2);

    /** Versions that must come after a fault. */
    private static final int RECOVERED = 2;

    SoakReport run() throws IOException, InterruptedException {
        Path root = cluster.directory().root();
        MemoryLog resident = new MemoryLog(root.resolve("rss.csv"), Clock.systemUTC());
        MemoryLog live = new MemoryLog(root.resolve("heap.csv"), Clock.systemUTC());
        FaultTable faults =
                new FaultTable(root.resolve("faults.csv"), cluster.spec().silos() - settings.away());
        LogWatch log = new LogWatch(cluster, say);
        try (TrainingRun run = new TrainingRun(cluster, this::pace);
                Sampler rss = new Sampler(cluster, new ResidentMemory(), RESIDENT_EVERY, resident);
                Sampler heaps = new Sampler(cluster, new LiveHeap(), LIVE_EVERY, live)) {
            rss.start();
            heaps.start();
            run.start();
            run.awaitVersion(1, PATIENCE);
            List<Part> away = settings.away(cluster.parts().of(Part.Kind.AGENT));
            for (Part part : away) {
                cluster.kill(part);
            }
            boolean right = inject(run, faults, log, away);
            comeBack(run, away);
            return account(run, faults, log, right);
        } finally {
            // Of a soak that ends early, too.
            MemoryPlot.write(resident.samples(), "resident memory of each process, MiB", root.resolve("memory.svg"));
            MemoryPlot.write(
                    live.samples(), "what is alive in the heap of each process, MiB", root.resolve("heap.svg"));
            MemoryTrend.lines(resident.samples(), live.samples()).forEach(say);
            faults.lines().forEach(say);
        }
    }

    private Duration pace(String silo) {
        return silo.equals(cluster.spec().siloNames().get(0)) ? settings.slowPace() : settings.pace();
    }

    /** Fault after fault; returns whether the log was right whenever it was looked at. */
    private boolean inject(TrainingRun run, FaultTable faults, LogWatch log, List<Part> away)
            throws IOException, InterruptedException {
        List<Part> agents = cluster.parts().of(Part.Kind.AGENT).stream()
                .filter(part -> !away.contains(part))
                .toList();
        List<Part> present = cluster.parts().all().stream()
                .filter(part -> !away.contains(part))
                .toList();
        FaultSchedule schedule = new FaultSchedule(settings.seed(), settings.kinds(), settings.longest());
        FaultInjector injector = new FaultInjector(cluster, agents, new Random(settings.seed()));
        boolean right = true;
        Observed.Span before = calm(run);
        long deadline = System.nanoTime() + settings.lasts().toNanos();
        while (System.nanoTime() - deadline < 0) {
            Fault fault = schedule.next();
            Stretch stretch = new Stretch(run);
            String done = injector.inject(fault);
            Observed.Span during = stretch.end();
            Duration recovery = recover(run, present);
            Observed.Span after = calm(run);
            Observed seen = new Observed(fault.kind(), injector.silo(fault), done, before, during, recovery, after);
            faults.add(seen);
            say.accept(line(run, seen));
            right &= isRight(run) && log.glance();
            before = after;
        }
        return right;
    }

    /** Whether the log, as far as it was read, has every version once, with the silos' plain means. */
    private boolean isRight(TrainingRun run) throws IOException {
        run.compareSoFar();
        boolean right = run.repeatedVersions() == 0
                && run.missingVersions().isEmpty()
                && run.largestErrorSoFar() < RunSummary.ERROR_BOUND;
        if (!right) {
            say.accept("wrong: " + run.repeatedVersions() + " versions have two manifests, " + run.missingVersions()
                    + " have none; the largest error is " + run.largestErrorSoFar() + " of the clip");
        }
        return right;
    }

    private Duration recover(TrainingRun run, List<Part> parts) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        long before = run.version();
        for (Part part : parts) {
            cluster.awaitWell(part);
        }
        run.awaitVersion(before + RECOVERED, PATIENCE);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** A while in which nothing is wrong. */
    private Observed.Span calm(TrainingRun run) throws IOException, InterruptedException {
        Stretch stretch = new Stretch(run);
        TimeUnit.MILLISECONDS.sleep(settings.calm().toMillis());
        return stretch.end();
    }

    private static String line(TrainingRun run, Observed seen) throws IOException {
        return String.format(
                Locale.ROOT,
                "%s: %s; recovered in %.1f s; version %d",
                seen.kind().words(),
                seen.what(),
                seen.recovery().toMillis() / 1e3,
                run.version());
    }

    /** Who was away since the beginning is there again: each of them has an update in a version. */
    private void comeBack(TrainingRun run, List<Part> away) throws IOException, InterruptedException {
        for (Part part : away) {
            cluster.start(part);
        }
        long begin = System.nanoTime();
        long version = run.version();
        for (Part part : away) {
            cluster.awaitWell(part);
            run.await(
                    part + " counts in a version again", PATIENCE, () -> run.newestVersionWith(part.silo()) > version);
            say.accept(String.format(
                    Locale.ROOT,
                    "%s is back: in version %d, %.1f s after it was started",
                    part,
                    run.newestVersionWith(part.silo()),
                    (System.nanoTime() - begin) / 1e9));
        }
    }

    private SoakReport account(TrainingRun run, FaultTable faults, LogWatch log, boolean rightSoFar)
            throws IOException, InterruptedException {
        Set<UpdateId> all = run.submitted();
        long undecided = undecided(run, all);
        run.stopTraining();
        long versions = run.version();
        RunSummary.Updates updates = run.updates(SETTLING);
        silos(run.silos());
        boolean right = log.check() && rightSoFar;
        say.accept("ended " + run.endings() + "; rejections " + run.facts().rejections()
                + "; largest error of an opened mean " + run.largestError() + " of the clip");
        return new SoakReport(
                faults.count(),
                versions,
                updates.accepted(),
                updates.inVersions(),
                updates.ended(),
                updates.lost() + undecided + run.missingVersions().size(),
                updates.twice() + run.repeatedVersions(),
                right && run.largestError() < RunSummary.ERROR_BOUND);
    }

    private void silos(List<SiloCount> counts) {
        String row = "%-12s %9s %11s %6s %15s %8s";
        say.accept(String.format(row, "silo", "submitted", "in versions", "ended", "mean staleness", "largest"));
        for (SiloCount count : counts) {
            say.accept(String.format(
                    row,
                    count.silo(),
                    count.submitted(),
                    count.inVersions(),
                    count.ended(),
                    String.format(Locale.ROOT, "%.1f", count.meanStaleness()),
                    count.mostStale()));
        }
    }

    /** How many of these updates nobody decides about, although training goes on: those are lost. */
    private static long undecided(TrainingRun run, Set<UpdateId> all) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Set<UpdateId> open = run.undecided(all);
        while (!open.isEmpty() && System.nanoTime() - deadline < 0) {
            run.awaitVersion(run.version() + 1, PATIENCE);
            open = run.undecided(open);
        }
        return open.size();
    }

    /** Updates that come into versions from its making to its end. */
    private static final class Stretch {
        private final TrainingRun run;
        private final long begin = System.nanoTime();
        private final Map<String, Long> counted;

        Stretch(TrainingRun run) throws IOException {
            this.run = run;
            this.counted = run.counted();
        }

        Observed.Span end() throws IOException {
            Duration length = Duration.ofNanos(System.nanoTime() - begin);
            Map<String, Long> bySilo = new HashMap<>(run.counted());
            bySilo.replaceAll((silo, count) -> count - counted.getOrDefault(silo, 0L));
            return new Observed.Span(length, bySilo);
        }
    }
}
