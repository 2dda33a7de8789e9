package org.silofold.schemas.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

class RefusedCountTest {
    @Test
    void whatIsSaidIsReadAgain() {
        for (long records : new long[] {1, 2, 4711, 999_999_999_999L}) {
            String detail = RefusedCount.detail(records, "x".repeat(2000));
            assertThat(RefusedCount.of(detail)).isEqualTo(records);
            assertThat(RefusedCount.of(Texts.oneLine(detail, FieldLimits.LINE))).isEqualTo(records);
        }
    }

    @Test
    void theDetailOfOneRefusalIsOne() {
        for (Reason reason : Reason.values()) {
            String detail = new RejectedException(reason, RefusedCount.detail(7, "")).getMessage();
            assertThat(RefusedCount.of(detail)).isEqualTo(1);
        }
        assertThat(RefusedCount.of("")).isEqualTo(1);
    }
}
