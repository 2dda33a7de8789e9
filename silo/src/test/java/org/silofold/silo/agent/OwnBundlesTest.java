package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class OwnBundlesTest {
    private static final String TOPIC = "keys.silo-1";
    private static final String KEY = "key-bundle/silo-1/1";
    private static final byte[] BUNDLE = {1, 2, 3};
    private static final byte[] JUNK = new byte[32_000];

    private final OwnBundles bundles = new OwnBundles(TOPIC);

    private void saw(String topic, String key, byte[] value) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        bundles.saw(new ConsumerRecord<>(
                topic,
                0,
                0,
                0,
                TimestampType.LOG_APPEND_TIME,
                bytes.length,
                value.length,
                bytes,
                value,
                new RecordHeaders(),
                Optional.empty()));
    }

    @Test
    void aBundleThatRetentionMayTakeIsNotHeld() {
        saw(TOPIC, KEY, BUNDLE);
        long records = OwnBundles.SAFE_BYTES / JUNK.length;
        for (long i = 0; i < 2 * records; i++) {
            saw("keys.silo-2", "junk", JUNK);
        }
        for (long i = 0; i < records - 1; i++) {
            saw(TOPIC, "junk", JUNK);
        }
        assertThat(bundles.holds(KEY, BUNDLE)).isTrue();
        saw(TOPIC, "junk", JUNK);
        saw(TOPIC, "junk", JUNK);
        assertThat(bundles.holds(KEY, BUNDLE)).isFalse();
        saw(TOPIC, KEY, BUNDLE);
        assertThat(bundles.holds(KEY, BUNDLE)).isTrue();
    }
}
