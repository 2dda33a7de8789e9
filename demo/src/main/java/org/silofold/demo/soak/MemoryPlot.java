package org.silofold.demo.soak;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.silofold.demo.report.TimePlot;

/** The memory of every process over a soak: a line for each, which ends where it was killed. */
final class MemoryPlot {
    private static final double MILLIS_A_MINUTE = 60_000;
    private static final double KIBIBYTES_A_MEBIBYTE = 1024;

    private MemoryPlot() {}

    static void write(List<MemoryLog.Sample> samples, String title, Path file) throws IOException {
        if (!samples.isEmpty()) {
            TimePlot.write(file, title, lines(samples));
        }
    }

    static List<TimePlot.Line> lines(List<MemoryLog.Sample> samples) {
        long begin = samples.get(0).millis();
        Map<Long, TimePlot.Line> byProcess = new LinkedHashMap<>();
        for (MemoryLog.Sample sample : samples) {
            byProcess
                    .computeIfAbsent(sample.pid(), pid -> new TimePlot.Line(group(sample.part()), new ArrayList<>()))
                    .points()
                    .add(new double[] {
                        (sample.millis() - begin) / MILLIS_A_MINUTE, sample.kibibytes() / KIBIBYTES_A_MEBIBYTE
                    });
        }
        return List.copyOf(byProcess.values());
    }

    /** The part's kind: its name up to the first hyphen. */
    private static String group(String part) {
        return part.split("-", 2)[0];
    }
}
