package org.silofold.demo.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WireSizeTest {
    @Test
    void countsWordsByTheLayoutsSlotsAndRecordsByUpdates() {
        WireSize update = new WireSize(1, 0, 0, 900);
        WireSize first = new WireSize(0, 2048, 4 * 2048, 8500);
        WireSize second = new WireSize(0, 2048, 8 * 2048, 16600);
        WireSize sum = WireSize.NONE.plus(update).plus(first).plus(update).plus(second);
        assertThat(sum).isEqualTo(new WireSize(2, 4096, 12 * 2048, 26_900));
        assertThat(sum.bytesPerParameter()).isEqualTo(6);
        assertThat(sum.bytesPerUpdate()).isEqualTo(13_450);
    }

    @Test
    void saysNothingOfNoUpdates() {
        assertThatThrownBy(WireSize.NONE::bytesPerParameter).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(WireSize.NONE::bytesPerUpdate).isInstanceOf(IllegalStateException.class);
    }
}
