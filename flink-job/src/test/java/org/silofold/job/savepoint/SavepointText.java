package org.silofold.job.savepoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.silofold.job.Uids;
import org.silofold.job.config.JobConfig;
import org.silofold.job.coordination.CoordinateText;
import org.silofold.job.fold.FoldText;
import org.silofold.job.ingest.IngestText;
import org.silofold.job.publish.PublishText;

/** What a savepoint holds of the job's own state, as this build's operators restore it: one line a value, by operator. */
public final class SavepointText {
    private SavepointText() {}

    /**
     * The lines.
     *
     * @param directory the savepoint's
     * @param config names the keys that operators open
     */
    public static List<String> lines(Path directory, JobConfig config) throws Exception {
        StoredSavepoint savepoint = new StoredSavepoint(directory);
        List<String> lines = new ArrayList<>();
        add(lines, Uids.REGISTRY, IngestText.registry(savepoint.ofOneInstance(Uids.REGISTRY), config));
        add(lines, Uids.VERIFY_UNWRAP, IngestText.verified(savepoint.ofOneInstance(Uids.VERIFY_UNWRAP), config));
        add(
                lines,
                Uids.COORDINATE,
                CoordinateText.lines(savepoint.ofOneInstance(Uids.COORDINATE), config.party(), config.keyFiles()));
        add(lines, Uids.FOLD, FoldText.lines(savepoint.ofOneInstance(Uids.FOLD)));
        add(
                lines,
                Uids.PUBLISH,
                PublishText.lines(savepoint.ofOneInstance(Uids.PUBLISH), config.party(), config.keyFiles()));
        return lines;
    }

    private static void add(List<String> lines, String uid, List<String> of) {
        of.forEach(line -> lines.add(uid + ": " + line));
    }
}
