package org.silofold.demo.report;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Everything a run found out; {@code summary.json} has these fields with these names. Maps keep their order, hospitals are
 * named by their id ({@code cleveland}).
 *
 * @param versions published after version 0
 * @param seconds from the first silo's start to the last version
 * @param accuracy of the last version on each hospital's test records, 0 to 1; empty for synthetic parameters
 * @param meanAccuracy unweighted mean of {@code accuracy}; null for synthetic parameters
 * @param maxErrorOverClip largest |opened mean - plain mean| / clip of any parameter of any version
 * @param bytesPerParameter bytes of a masked parameter on the wire: words that came out of the sealed shards of all versions' updates,
 *     by the words the model's layout has, padding of its last block included
 * @param bytesPerUpdate bytes of all records of an update, shards and manifest, on average over all versions' updates
 * @param updates what became of every update
 * @param rejectionsByReason records refused, by reason code
 * @param parametersPerSecond masked parameters folded into versions, a second of the run
 * @param initialAccuracy of version 0, like {@code accuracy}
 * @param timeline every version, oldest first
 * @param baselines what the hospitals reach without federation, trained here
 * @param published the benchmark's figures
 * @param publishedSource where those come from
 * @param settings of the run
 */
public record RunSummary(
        int versions,
        double seconds,
        Map<String, Double> accuracy,
        Double meanAccuracy,
        double maxErrorOverClip,
        double bytesPerParameter,
        double bytesPerUpdate,
        Updates updates,
        Map<String, Long> rejectionsByReason,
        double parametersPerSecond,
        Map<String, Double> initialAccuracy,
        List<VersionSummary> timeline,
        List<Method> baselines,
        List<Method> published,
        String publishedSource,
        RunSettings settings) {

    /** What an opened mean may differ from the plain one, in units of the clip, for each parameter: 2^-18. */
    public static final double ERROR_BOUND = 0x1p-18;

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public RunSummary {
        accuracy = Ordered.copy(accuracy);
        rejectionsByReason = Ordered.copy(rejectionsByReason);
        initialAccuracy = Ordered.copy(initialAccuracy);
        timeline = List.copyOf(timeline);
        baselines = List.copyOf(baselines);
        published = List.copyOf(published);
        if (!Double.isFinite(seconds + maxErrorOverClip + bytesPerParameter + bytesPerUpdate + parametersPerSecond)) {
            throw new IllegalArgumentException("a run's figures must be finite");
        }
    }

    /**
     * What became of the updates.
     *
     * @param submitted sent by silos
     * @param accepted complete, verified and with accepted shares
     * @param inVersions in a published version
     * @param ended otherwise told to their silo: expired, refused, spent
     * @param lost neither in a version nor ended nor still waiting when the run stopped; must be 0
     * @param twice in more than one version; must be 0
     */
    public record Updates(long submitted, long accepted, long inVersions, long ended, long lost, long twice) {}

    /** Writes {@code summary.json}. */
    public void write(Path file) throws IOException {
        JSON.writeValue(file.toFile(), this);
    }

    /** Reads what {@link #write} wrote. */
    public static RunSummary read(Path file) throws IOException {
        return JSON.readValue(file.toFile(), RunSummary.class);
    }
}
