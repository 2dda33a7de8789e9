package org.silofold.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silofold.job.TestConfigs;

class JobConfigTest {
    @Test
    void hasAtMostTwentyOptionsAllDocumented() {
        assertThat(JobOption.values()).hasSizeLessThanOrEqualTo(20);
        for (JobOption option : JobOption.values()) {
            assertThat(option.key()).matches("[a-z-]+");
            assertThat(option.description()).endsWith(".").hasSizeBetween(10, 100);
        }
    }

    @Test
    void argumentsWinOverTheFile(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("job.properties");
        List<String> lines = new ArrayList<>();
        TestConfigs.required().forEach((key, value) -> lines.add(key + "=" + value));
        lines.add("parallelism=2");
        lines.add("park-ms=5");
        Files.write(file, lines);
        JobConfig config = JobConfig.ofArguments(new String[] {"--parallelism", "4", "--config", file.toString()});
        assertThat(config.number(JobOption.PARALLELISM)).isEqualTo(4);
        assertThat(config.number(JobOption.PARK)).isEqualTo(5);
        assertThat(config.get(JobOption.STATE_BACKEND)).isEqualTo("hashmap");
    }

    @ParameterizedTest
    @CsvSource({
        "paralellism, 2, unknown option: paralellism",
        "parallelism, two, option parallelism is not a number: two",
        "parallelism, 0, 'option parallelism is 1 to 32768, not 0'",
        "max-parallelism, 0, 'option max-parallelism is 1 to 32768, not 0'",
        "transaction-timeout-ms, 900001, 'option transaction-timeout-ms is 1000 to 900000, not 900001'",
        "transaction-timeout-ms, 69999, 'option transaction-timeout-ms is at least 70000, a checkpoint interval and the longest delay before a restart, not 69999'",
        "state-backend, disk, 'option state-backend is hashmap or rocksdb, not disk'",
        "federation, '', option federation is empty",
    })
    void refusesWithOneLineThatNamesTheOption(String key, String value, String message) {
        assertThatThrownBy(() -> TestConfigs.with(key, value))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    @Test
    void refusesWhatIsMissing() {
        Map<String, String> options = TestConfigs.required();
        options.remove("kem-key-directory");
        assertThatThrownBy(() -> JobConfig.of(options)).hasMessage("option kem-key-directory is missing");
        assertThatThrownBy(() -> JobConfig.ofArguments(new String[] {"--config", "no/such/file"}))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no/such/file");
        assertThatThrownBy(() -> JobConfig.ofArguments(new String[] {"--parallelism"}))
                .hasMessage("expected --option value, not --parallelism");
    }

    @Test
    void aWrongKeyFileIsOneLine(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("identity.pem"), "not a key");
        KeyFiles files = new KeyFiles(file.toString(), file.toString(), dir.toString());
        assertThatThrownBy(() -> AggregatorKeys.identity(files))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(file.toString());
        try (AggregatorKeys keys = new AggregatorKeys(files)) {
            assertThatThrownBy(() -> keys.kem(3))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("kem-3.pem");
        }
    }
}
