package org.silofold.job.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.silofold.job.event.Rejected;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.rules.RefusedCount;

class RejectionLimitTest {
    private static final Digest DIGEST = Digest.sha256(new byte[0]);

    private final RejectionLimit limit = new RejectionLimit();

    private static Rejected rejected(String topic, long offset, Reason reason) {
        return new Rejected(reason, "m", topic, 1, offset, DIGEST, "too short");
    }

    private void tell(String topic, int from, int to) {
        for (int offset = from; offset < to; offset++) {
            assertThat(limit.isTold(rejected(topic, offset, Reason.MALFORMED_FRAME)))
                    .isTrue();
        }
    }

    @Test
    void soManyAreToldOneByOneAndTheRestIsCountedByReason() {
        tell("updates.a", 0, RejectionLimit.EACH);
        for (int i = 0; i < 1000; i++) {
            Reason reason = i % 4 == 0 ? Reason.BAD_SIGNATURE : Reason.MALFORMED_FRAME;
            assertThat(limit.isTold(rejected("updates.a", 100 + i, reason))).isFalse();
        }
        List<Rejected> rest = limit.flush();
        assertThat(rest).extracting(Rejected::topic).containsOnly("updates.a");
        assertThat(rest)
                .extracting(Rejected::reason, Rejected::offset, last -> RefusedCount.of(last.detail()))
                .containsExactlyInAnyOrder(
                        tuple(Reason.MALFORMED_FRAME, 1099L, 750L), tuple(Reason.BAD_SIGNATURE, 1096L, 250L));
        assertThat(rest).allMatch(last -> last.detail().endsWith(": too short"));
    }

    @Test
    void oneTopicTakesNothingFromAnother() {
        tell("updates.a", 0, RejectionLimit.EACH);
        assertThat(limit.isTold(rejected("updates.a", 99, Reason.BAD_SIGNATURE)))
                .isFalse();
        tell("updates.b", 0, RejectionLimit.EACH);
        assertThat(limit.flush()).extracting(Rejected::topic).containsExactly("updates.a");
    }

    @Test
    void theCountBeginsAnewAtAFlush() {
        tell("updates.a", 0, RejectionLimit.EACH);
        assertThat(limit.flush()).isEmpty();
        tell("updates.a", 64, 64 + RejectionLimit.EACH);
    }
}
