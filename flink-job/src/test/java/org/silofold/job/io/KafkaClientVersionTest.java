package org.silofold.job.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.apache.kafka.clients.producer.internals.TransactionalRequestResult;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;

/** Flink's exactly-once sink calls into the Kafka client's internals: a client of another minor version breaks it at run time only. */
class KafkaClientVersionTest {
    @Test
    void isTheVersionThatFlinksSinkWorksWith() {
        assertThat(AppInfoParser.getVersion()).startsWith("4.2.");
    }

    @Test
    void hasTheMethodThatFlinksSinkCalls() {
        assertThatCode(() -> TransactionalRequestResult.class.getMethod("await"))
                .doesNotThrowAnyException();
    }
}
