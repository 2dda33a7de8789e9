package org.silofold.job;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.silofold.job.config.ConfigException;
import org.silofold.job.config.JobConfig;
import org.silofold.job.config.JobOption;

/** The job's entry point: options, topology, execute. */
public final class AggregationJob {
    private AggregationJob() {}

    /**
     * Submits the job to the cluster that Flink's client was pointed to.
     *
     * @param arguments {@code --config FILE} and {@code --option value}, see {@link JobOption}
     * @throws Exception if the cluster does not take the job
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 1 && arguments[0].equals("--help")) {
            System.out.print(help());
            return;
        }
        JobConfig config;
        try {
            config = JobConfig.ofArguments(arguments);
        } catch (ConfigException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        AggregationTopology.build(environment, config);
        environment.execute(config.get(JobOption.DEPLOYMENT));
    }

    /** Every option with its default. */
    static String help() {
        StringBuilder text = new StringBuilder("Options, each --name value or a line name=value of --config FILE:\n");
        for (JobOption option : JobOption.values()) {
            text.append("  ").append(option.key()).append("  ").append(option.description());
            option.byDefault()
                    .filter(value -> !value.isEmpty())
                    .ifPresent(value -> text.append(" Default: ").append(value).append('.'));
            text.append('\n');
        }
        return text.toString();
    }
}
