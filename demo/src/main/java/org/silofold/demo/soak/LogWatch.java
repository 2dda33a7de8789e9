package org.silofold.demo.soak;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.silofold.demo.cluster.Cluster;
import org.silofold.demo.founding.Founding;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.verify.HistoryCheck;
import org.silofold.silo.verify.LogCheck;
import org.silofold.silo.verify.Report;
import org.silofold.silo.verify.ReportText;

/**
 * The check of {@code silofold verify-log} on a running cluster, with the aggregator's key. It reads the whole log each time, so it is made
 * as often as costs a tenth of the time. Not thread-safe.
 */
final class LogWatch {
    private static final int SHARE = 10;

    private final Cluster cluster;
    private final Consumer<String> say;
    private long began = System.nanoTime();
    private long took;
    private int checks;

    LogWatch(Cluster cluster, Consumer<String> say) {
        this.cluster = cluster;
        this.say = say;
    }

    /**
     * Checks if it is time to. Needs the broker alive.
     *
     * @return whether the log is right, as far as it was checked
     */
    boolean glance() throws IOException {
        return System.nanoTime() - began < SHARE * took || check(false);
    }

    /** Checks, and says what came of it. */
    boolean check() throws IOException {
        return check(true);
    }

    private boolean check(boolean last) throws IOException {
        began = System.nanoTime();
        PartyDirectory aggregator = PartyDirectory.open(cluster.party(Founding.AGGREGATOR));
        Report report =
                LogCheck.run(LogCheck.Settings.of(aggregator, Optional.of(aggregator), HistoryCheck.Mode.RUNNING));
        took = System.nanoTime() - began;
        checks++;
        boolean right = report.exitCode() != Report.WRONG;
        List<String> lines = ReportText.lines(report);
        if (last || report.exitCode() != Report.RIGHT) {
            lines.forEach(say);
            say.accept("the log was checked " + checks + " times");
        } else {
            say.accept("  " + lines.get(lines.size() - 1));
        }
        return right;
    }
}
