package org.silofold.silo.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.ShareReceipts.Entry;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.Topics;

/** How receipts are put together. */
final class EffectSenderTest {
    @Test
    void receiptsOfOneUpdateNeverShareARecord() {
        UpdateRef first = Samples.ref("silo-2", "u");
        Entry accepted = new Entry(first, Optional.empty());
        Entry other = new Entry(Samples.ref("silo-3", "u"), Optional.empty());
        Entry twin = new Entry(
                new UpdateRef(first.silo(), first.updateId(), Samples.digest("twin")),
                Optional.of(Reason.CONFLICTING_DUPLICATE));
        assertThat(EffectSender.batches(List.of(accepted, other, twin)))
                .containsExactly(List.of(accepted, other), List.of(twin));
    }

    /** A flood of one manifest is not answered by as many receipts from every member. */
    @Test
    void theSameReceiptIsSaidOnceInAWhile() {
        MockProducer<byte[], byte[]> producer =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        AtomicLong nanos = new AtomicLong(-7);
        try (SigningKey key = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
            EffectSender sender = new EffectSender("silo-1", new Topics(""), key, producer, nanos::get);
            sender.send(List.of(receipt(1), receipt(1)));
            sender.send(List.of(receipt(1)));
            assertThat(producer.history()).hasSize(1);
            sender.send(List.of(receipt(2)));
            assertThat(producer.history()).as("of another epoch").hasSize(2);
            nanos.addAndGet(RecentReceipts.PAUSE.toNanos());
            sender.send(List.of(receipt(1)));
            assertThat(producer.history()).hasSize(3);
        }
    }

    private static MemberEffect receipt(int epoch) {
        return new MemberEffect.SendReceipt(
                Samples.context("silo-1", Purpose.SHARE_RECEIPTS, epoch, 1),
                new Entry(Samples.ref("silo-2", "u"), Optional.empty()));
    }

    @Test
    void aRecordHoldsABoundedNumberOfReceipts() {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i <= EffectSender.RECEIPTS; i++) {
            entries.add(new Entry(Samples.ref("silo-2", "u" + i), Optional.empty()));
        }
        List<List<Entry>> batches = EffectSender.batches(entries);
        assertThat(batches).hasSize(2);
        assertThat(batches.get(0)).isEqualTo(entries.subList(0, EffectSender.RECEIPTS));
        assertThat(batches.get(1)).containsExactly(entries.get(EffectSender.RECEIPTS));
        assertThat(EffectSender.batches(List.of())).isEmpty();
    }
}
