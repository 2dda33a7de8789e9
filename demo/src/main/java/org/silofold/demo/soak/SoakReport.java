package org.silofold.demo.soak;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What came of a soak; {@code --json} has the first seven with these names.
 *
 * @param faults faults injected
 * @param versions versions made after version 0
 * @param accepted updates that the job accepted
 * @param inVersions updates in a version
 * @param ended updates that ended otherwise, with a reason that their silo was told
 * @param lost updates neither in a version nor ended that should be; must be 0
 * @param twice updates in more than one version, or versions with more than one manifest; must be 0
 * @param right whether the log was right whenever it was verified, and every opened mean was the plain one
 */
record SoakReport(
        long faults, long versions, long accepted, long inVersions, long ended, long lost, long twice, boolean right) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** Whether no update was lost or counted twice, and the log is right. */
    boolean holds() {
        return lost == 0 && twice == 0 && right;
    }

    List<String> lines() {
        return List.of(
                line("faults injected", faults),
                line("versions made", versions),
                line("updates accepted", accepted),
                line("in versions", inVersions),
                line("ended with a reason", ended),
                line("lost", lost),
                line("twice", twice));
    }

    private static String line(String name, long value) {
        return String.format(Locale.ROOT, "%-20s %8d", name, value);
    }

    void write(Path file) throws IOException {
        ObjectNode counts = JSON.createObjectNode()
                .put("faults", faults)
                .put("versions", versions)
                .put("accepted", accepted)
                .put("inVersions", inVersions)
                .put("ended", ended)
                .put("lost", lost)
                .put("twice", twice);
        JSON.writeValue(file.toFile(), counts);
    }
}
