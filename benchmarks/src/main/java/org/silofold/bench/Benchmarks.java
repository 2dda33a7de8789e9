package org.silofold.bench;

import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs the benchmarks and prints what follows from them. */
public final class Benchmarks {
    private static final String USAGE = "usage: Benchmarks [--quick] [regex of class.method]";

    private Benchmarks() {}

    /**
     * Exits with 0 when the run is complete, 1 when a benchmark failed or none matched, 2 when the arguments make no sense.
     *
     * @param args {@code --quick} for a short run, and a regular expression of the benchmarks to run, all without one
     */
    public static void main(String[] args) {
        boolean quick = false;
        String pattern = "";
        for (String arg : args) {
            if (arg.equals("--quick")) {
                quick = true;
            } else if (arg.startsWith("-") || !pattern.isEmpty() || !isPattern(arg)) {
                System.err.println("not understood: " + arg + "; " + USAGE);
                System.exit(2);
            } else {
                pattern = arg;
            }
        }
        try {
            report(run(pattern.isEmpty() ? ".*" : pattern, quick), System.out);
        } catch (RunnerException e) {
            System.err.println("the benchmarks did not run: " + e.getMessage());
            System.exit(1);
        }
    }

    private static boolean isPattern(String text) {
        try {
            Pattern.compile(text);
            return true;
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    /** Medians over the iterations, by {@code class.method}. */
    private static Map<String, Figures.Time> run(String pattern, boolean quick) throws RunnerException {
        var options = new OptionsBuilder()
                .include(pattern)
                .forks(1)
                .jvmArgs("-Xms1g", "-Xmx1g")
                // AES-GCM becomes fast only when the compiler has got to it: seconds on an idle machine, more on a busy
                // one.
                .warmupIterations(quick ? 1 : 8)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(quick ? 2 : 5)
                .measurementTime(TimeValue.seconds(1))
                .shouldFailOnError(true)
                .addProfiler(CpuTime.class)
                .build();
        Map<String, Figures.Time> times = new TreeMap<>();
        for (RunResult result : new Runner(options).run()) {
            String name = result.getParams().getBenchmark();
            String method = name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1);
            times.put(
                    method,
                    new Figures.Time(
                            median(result.getPrimaryResult()),
                            median(result.getSecondaryResults().get(CpuTime.LABEL))));
        }
        return times;
    }

    private static double median(Result<?> result) {
        return result.getStatistics().getPercentile(50);
    }

    private static void report(Map<String, Figures.Time> times, PrintStream out) {
        out.println();
        out.println("Medians of this run's iterations");
        out.printf("%-38s %12s %12s %26s%n", "benchmark", "wall us/op", "CPU us/op", "million parameters/CPU s");
        times.forEach((name, time) -> out.printf(
                "%-38s %12.1f %12.1f %26s%n", name, time.wall(), time.cpu(), Figures.rate(name, time.cpu())));
        var ratios = Figures.ratios(times);
        if (!ratios.isEmpty()) {
            out.println();
            out.println("Ratios of CPU time");
            ratios.forEach((what, ratio) -> out.printf("%-72s %8.2f%n", what, ratio));
        }
    }
}
