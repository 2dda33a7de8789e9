package org.silofold.job;

import java.util.Map;
import java.util.TreeMap;
import org.silofold.job.config.JobConfig;

/** Configurations for tests. Nothing listens where they point. */
public final class TestConfigs {
    private TestConfigs() {}

    /** Every option that must be given. */
    public static Map<String, String> required() {
        return new TreeMap<>(Map.of(
                "federation", "fed",
                "aggregator", "aggregator",
                "bootstrap-servers", "127.0.0.1:1",
                "authority-key-file", "keys/authority.spki",
                "identity-key-file", "keys/identity.pem",
                "kem-key-directory", "keys",
                "checkpoint-directory", "file:///nowhere"));
    }

    /** A configuration with these options besides the required ones, given as key, value, key, value. */
    public static JobConfig with(String... options) {
        Map<String, String> all = required();
        for (int i = 0; i < options.length; i += 2) {
            all.put(options[i], options[i + 1]);
        }
        return JobConfig.of(all);
    }
}
