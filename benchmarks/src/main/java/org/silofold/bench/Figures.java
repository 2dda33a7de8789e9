package org.silofold.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What follows from times: rates, and ratios between benchmarks of one run, which say more than times on a machine that others use. */
final class Figures {
    /**
     * What one operation takes.
     *
     * @param wall microseconds by the clock
     * @param cpu microseconds of CPU time, of all the process's threads
     */
    record Time(double wall, double cpu) {}

    private record Ratio(String what, String of, String to) {}

    private static final List<Ratio> RATIOS = List.of(
            new Ratio(
                    "encode+mask+seal a shard : copy the same bytes",
                    "PathBenchmark.encodeMaskSealShard",
                    "YardstickBenchmark.copyShard"),
            new Ratio(
                    "encode+mask+seal a shard : SHA-256 of the same bytes",
                    "PathBenchmark.encodeMaskSealShard",
                    "YardstickBenchmark.sha256Shard"),
            new Ratio(
                    "silo, floats to signed record : SHA-256 of the same bytes",
                    "PathBenchmark.siloShard",
                    "YardstickBenchmark.sha256Shard"),
            new Ratio(
                    "job, signed record to fold : SHA-256 of the same bytes",
                    "PathBenchmark.jobShard",
                    "YardstickBenchmark.sha256Shard"),
            new Ratio("silo's side : job's side of a shard", "PathBenchmark.siloShard", "PathBenchmark.jobShard"),
            new Ratio("unmask : fold of a shard", "FoldBenchmark.unmaskShard", "FoldBenchmark.foldShard"),
            new Ratio("encode+mask : unmask", "EncodeBenchmark.encodeAndMaskShard", "FoldBenchmark.unmaskShard"),
            new Ratio("open : seal", "SealBenchmark.openShard", "SealBenchmark.sealShard"),
            new Ratio("sign : verify", "SignBenchmark.sign", "SignBenchmark.verify"));

    private Figures() {}

    /** Million parameters a second: benchmarks whose name ends with Shard work on a full shard, with Block on a block; else a dash. */
    static String rate(String benchmark, double micros) {
        int parameters = benchmark.endsWith("Shard")
                ? Federation.PARAMETERS
                : benchmark.endsWith("Block") ? Federation.SET.n() : 0;
        return parameters == 0 ? "-" : String.format(Locale.ROOT, "%.1f", parameters / micros);
    }

    /** The ratios of CPU time whose both sides were measured. */
    static Map<String, Double> ratios(Map<String, Time> times) {
        Map<String, Double> found = new LinkedHashMap<>();
        for (Ratio ratio : RATIOS) {
            Time of = times.get(ratio.of());
            Time to = times.get(ratio.to());
            if (of != null && to != null) {
                found.put(ratio.what(), of.cpu() / to.cpu());
            }
        }
        return found;
    }
}
