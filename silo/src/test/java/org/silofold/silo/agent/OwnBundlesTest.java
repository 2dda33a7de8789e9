package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A bundle is held while it is the last record under its key, and not so far back that retention may take it. */
class OwnBundlesTest {
    private static final String TOPIC = "keys.silo-1";
    private static final String KEY = "key-bundle/silo-1/1";
    private static final byte[] BUNDLE = {1, 2, 3};
    private static final byte[] LARGE = new byte[32_000];
    private static final int MANY = (int) (OwnBundles.SAFE_BYTES / LARGE.length);

    private final OwnBundles bundles = new OwnBundles(TOPIC);
    private long offset = 1_000_000;

    private void saw(String topic, String key, byte[] value, Headers headers) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        bundles.saw(new ConsumerRecord<>(
                topic,
                0,
                topic.equals(TOPIC) ? offset++ : 0,
                0,
                TimestampType.LOG_APPEND_TIME,
                bytes.length,
                value.length,
                bytes,
                value,
                headers,
                Optional.empty()));
    }

    private void saw(String key, byte[] value) {
        saw(TOPIC, key, value, new RecordHeaders());
    }

    @BeforeEach
    void bundle() {
        saw(KEY, BUNDLE);
        assertThat(bundles.holds(KEY, BUNDLE)).isTrue();
    }

    @Test
    void largeRecordsAfterIt() {
        for (int i = 0; i < MANY / 2; i++) {
            saw("junk", LARGE);
        }
        assertThat(bundles.holds(KEY, BUNDLE)).isTrue();
        for (int i = 0; i < MANY / 2 + 1; i++) {
            saw("junk", LARGE);
        }
        assertThat(bundles.holds(KEY, BUNDLE)).isFalse();
        saw(KEY, BUNDLE);
        assertThat(bundles.holds(KEY, BUNDLE)).isTrue();
    }

    @Test
    void largeHeadersAfterIt() {
        Headers headers = new RecordHeaders().add("header", LARGE);
        for (int i = 0; i < MANY + 1; i++) {
            saw(TOPIC, "junk", new byte[0], headers);
        }
        assertThat(bundles.holds(KEY, BUNDLE)).isFalse();
    }

    @Test
    void whatIsOfTransactionsOnlyAfterIt() {
        offset += 500_000;
        saw("junk", new byte[0]);
        assertThat(bundles.holds(KEY, BUNDLE)).isFalse();
    }

    @Test
    void recordsOfAnotherTopicDoNotCount() {
        for (int i = 0; i < 2 * MANY; i++) {
            saw("keys.silo-2", "junk", LARGE, new RecordHeaders());
        }
        saw("junk", LARGE);
        assertThat(bundles.holds(KEY, BUNDLE)).isTrue();
    }

    @Test
    void anotherRecordUnderItsKey() {
        saw(KEY, new byte[] {4});
        assertThat(bundles.holds(KEY, BUNDLE)).isFalse();
    }
}
