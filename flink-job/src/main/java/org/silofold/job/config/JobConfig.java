package org.silofold.job.config;

import java.io.IOException;
import java.io.Reader;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** A value for every option of {@link JobOption}, checked. Holds no secret: keys are named by file. */
public final class JobConfig implements Serializable {
    /** The most that Kafka's brokers allow unless told otherwise (transaction.max.timeout.ms). */
    private static final long MAX_TRANSACTION_TIMEOUT = 900_000;

    /** No restart of a failed job waits longer, however many there were before it. */
    public static final Duration LONGEST_RESTART_DELAY = Duration.ofMinutes(1);

    private final EnumMap<JobOption, String> values;

    private JobConfig(Map<JobOption, String> given) {
        values = new EnumMap<>(JobOption.class);
        for (JobOption option : JobOption.values()) {
            String value = given.containsKey(option)
                    ? given.get(option)
                    : option.byDefault()
                            .orElseThrow(() -> new ConfigException("option " + option.key() + " is missing"));
            values.put(option, value.trim());
        }
        check();
    }

    /**
     * Options by key.
     *
     * @throws ConfigException naming an option that is unknown, missing or out of range
     */
    public static JobConfig of(Map<String, String> options) {
        EnumMap<JobOption, String> given = new EnumMap<>(JobOption.class);
        options.forEach((key, value) -> given.put(
                JobOption.ofKey(key).orElseThrow(() -> new ConfigException("unknown option: " + key)), value));
        return new JobConfig(given);
    }

    /**
     * Command-line arguments: {@code --config FILE} for a file of properties, {@code --key value} for one option, which wins over the file.
     *
     * @throws ConfigException naming what cannot be used
     */
    public static JobConfig ofArguments(String[] arguments) {
        Map<String, String> options = new TreeMap<>();
        Map<String, String> overrides = new TreeMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            if (!arguments[i].startsWith("--") || i + 1 == arguments.length) {
                throw new ConfigException("expected --option value, not " + arguments[i]);
            }
            String key = arguments[i].substring(2);
            if (key.equals("config")) {
                options.putAll(file(Path.of(arguments[i + 1])));
            } else {
                overrides.put(key, arguments[i + 1]);
            }
        }
        options.putAll(overrides);
        return of(options);
    }

    private static Map<String, String> file(Path path) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException("cannot read the configuration " + path + ": " + e.getMessage(), e);
        }
        Map<String, String> options = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> options.put(key, properties.getProperty(key)));
        return options;
    }

    private void check() {
        for (JobOption option : new JobOption[] {
            JobOption.FEDERATION,
            JobOption.AGGREGATOR,
            JobOption.BOOTSTRAP_SERVERS,
            JobOption.AUTHORITY_KEY,
            JobOption.IDENTITY_KEY,
            JobOption.KEM_KEYS,
            JobOption.DEPLOYMENT,
            JobOption.CHECKPOINT_DIRECTORY
        }) {
            if (get(option).isEmpty()) {
                throw new ConfigException("option " + option.key() + " is empty");
            }
        }
        number(JobOption.CHECKPOINT_INTERVAL, 10, 3_600_000);
        number(JobOption.TRANSACTION_TIMEOUT, 1000, MAX_TRANSACTION_TIMEOUT);
        long least = number(JobOption.CHECKPOINT_INTERVAL) + LONGEST_RESTART_DELAY.toMillis();
        if (number(JobOption.TRANSACTION_TIMEOUT) < least) {
            throw new ConfigException("option transaction-timeout-ms is at least " + least
                    + ", a checkpoint interval and the longest delay before a restart, not "
                    + get(JobOption.TRANSACTION_TIMEOUT));
        }
        number(JobOption.PARALLELISM, 1, 32768);
        number(JobOption.MAX_PARALLELISM, number(JobOption.PARALLELISM), 32768);
        number(JobOption.DISCOVERY_INTERVAL, 10, 86_400_000);
        number(JobOption.PARK, 0, 86_400_000);
        number(JobOption.PARK_BYTES, 0, 1L << 32);
        number(JobOption.RESTART_DELAY, 1, 60_000);
        String backend = get(JobOption.STATE_BACKEND);
        if (!backend.equals("hashmap") && !backend.equals("rocksdb")) {
            throw new ConfigException("option state-backend is hashmap or rocksdb, not " + backend);
        }
    }

    /** The option's value. */
    public String get(JobOption option) {
        return values.get(option);
    }

    /** The value of an option that is a number. */
    public long number(JobOption option) {
        try {
            return Long.parseLong(get(option));
        } catch (NumberFormatException e) {
            throw new ConfigException("option " + option.key() + " is not a number: " + get(option), e);
        }
    }

    private void number(JobOption option, long min, long max) {
        long value = number(option);
        if (value < min || value > max) {
            throw new ConfigException("option " + option.key() + " is " + min + " to " + max + ", not " + value);
        }
    }

    /** The files of keys. */
    public KeyFiles keyFiles() {
        return new KeyFiles(get(JobOption.AUTHORITY_KEY), get(JobOption.IDENTITY_KEY), get(JobOption.KEM_KEYS));
    }

    /** Who the job is. */
    public Party party() {
        return new Party(get(JobOption.FEDERATION), get(JobOption.AGGREGATOR), get(JobOption.TOPIC_PREFIX));
    }
}
