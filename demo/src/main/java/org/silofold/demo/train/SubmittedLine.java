package org.silofold.demo.train;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.silofold.protocol.message.UpdateId;

/**
 * A line of {@link Submissions#LIST}: update id (hex), silo, base version, examples, seconds of training, seconds of submitting, epoch
 * milliseconds, name of the delta's file beside the list.
 */
final class SubmittedLine {
    private static final int COLUMNS = 8;

    private SubmittedLine() {}

    static String of(Submitted submitted) {
        return String.format(
                Locale.ROOT,
                "%s,%s,%d,%d,%.6f,%.6f,%d,%s",
                submitted.updateId().hex(),
                submitted.silo(),
                submitted.baseVersion(),
                submitted.examples(),
                submitted.trainSeconds(),
                submitted.submitSeconds(),
                submitted.submittedMillis(),
                submitted.delta().getFileName());
    }

    /** Nothing for a line that is not whole, as a run that was killed may leave one at the end. */
    static Optional<Submitted> parse(String line, Path directory) {
        String[] columns = line.split(",", -1);
        if (columns.length != COLUMNS) {
            return Optional.empty();
        }
        return Optional.of(new Submitted(
                columns[1],
                Long.parseLong(columns[2]),
                UpdateId.ofHex(columns[0]),
                directory.resolve(columns[7]),
                Long.parseLong(columns[3]),
                Double.parseDouble(columns[4]),
                Double.parseDouble(columns[5]),
                Long.parseLong(columns[6])));
    }
}
