package org.silofold.job.savepoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.silofold.job.Uids;
import org.silofold.job.config.JobConfig;

/** Every release's savepoint, read by this build's operators: each uid is there, and each value is what that release said it stored. */
class GoldenSavepointTest {
    private static final String NO_BROKER = "127.0.0.1:1";

    @TempDir
    private Path directory;

    static List<String> releases() {
        return GoldenSavepoint.releases();
    }

    @ParameterizedTest
    @MethodSource("releases")
    void everyUidOfItIsOneOfTheJobs(String release) throws Exception {
        GoldenSavepoint golden = GoldenSavepoint.unpack(release, directory);
        Set<String> ours = new TreeSet<>(Uids.all());
        // Flink makes a committer of each sink.
        Stream.of(Uids.SINK_MODELS, Uids.SINK_DECISIONS, Uids.SINK_REJECTIONS)
                .forEach(sink -> ours.add("Sink Committer: " + sink));
        assertThat(ours)
                .containsAll(new StoredSavepoint(golden.savepoint()).operators().keySet());
    }

    @ParameterizedTest
    @MethodSource("releases")
    void everyValueIsWhatWasStored(String release) throws Exception {
        GoldenSavepoint golden = GoldenSavepoint.unpack(release, directory);
        JobConfig config = GoldenSavepoint.config(directory, NO_BROKER, 1);
        // A later build may hold more; what there was must be there, and be the same.
        assertThat(SavepointText.lines(golden.savepoint(), config))
                .as("%s", release)
                .containsSubsequence(golden.stored());
    }

    /** A savepoint that holds little would prove little. */
    @ParameterizedTest
    @MethodSource("releases")
    void itWasTakenInTheMiddleOfWork(String release) throws Exception {
        List<String> stored = GoldenSavepoint.unpack(release, directory).stored();
        assertThat(stored)
                .anyMatch(line -> line.startsWith(Uids.COORDINATE + ": update ") && line.contains(" is BUFFERED"))
                .anyMatch(line -> line.startsWith(Uids.COORDINATE + ": update ") && line.contains(" is REQUESTED"))
                .anyMatch(line -> line.startsWith(Uids.COORDINATE + ": requested of "))
                .anyMatch(line -> line.startsWith(Uids.FOLD + ": staged ") && line.contains(" bytes "))
                .anyMatch(line -> line.startsWith(Uids.FOLD + ": sum ") && line.contains(" words "))
                .anyMatch(line -> line.startsWith(Uids.FOLD + ": version 1 "))
                .anyMatch(line -> line.startsWith(Uids.FOLD + ": parameters 64 floats "))
                .anyMatch(line -> line.startsWith(Uids.FOLD + ": second moment 64 floats "));
    }
}
