package org.silofold.protocol.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.testing.Samples;

class LengthPrefixedTest {
    @Test
    void fieldsHaveTheirLengthsBeforeThem() {
        byte[] bytes = new LengthPrefixed()
                .text("é")
                .int32(-2)
                .int64(3)
                .bytes(new byte[0])
                .toBytes();
        assertThat(bytes)
                .containsExactly(
                        0, 0, 0, 2, 0xc3, 0xa9, 0, 0, 0, 4, 0xff, 0xff, 0xff, 0xfe, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 3,
                        0, 0, 0, 0);
        assertThat(new LengthPrefixed()
                        .digest(Digest.ZERO)
                        .updateId(Samples.updateId(1))
                        .toBytes())
                .hasSize(4 + 32 + 4 + 16);
    }

    @Property(tries = 500, seed = "3")
    void theFieldsCanBeReadBackSoNoTwoListsAgree(@ForAll @Size(max = 8) List<@Size(max = 20) byte[]> fields) {
        LengthPrefixed encoded = new LengthPrefixed();
        fields.forEach(encoded::bytes);
        ByteBuffer in = ByteBuffer.wrap(encoded.toBytes());
        List<byte[]> read = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] field = new byte[in.getInt()];
            in.get(field);
            read.add(field);
        }
        assertThat(read).hasSameSizeAs(fields);
        for (int i = 0; i < fields.size(); i++) {
            assertThat(read.get(i)).isEqualTo(fields.get(i));
        }
    }

    @Test
    void aContextsBytesTellEveryFieldApart() {
        Context c = Samples.CONTEXT;
        List<Context> others = List.of(
                new Context(2, c.suite(), c.federation(), 7, c.rosterDigest(), 3, c.model(), c.sender(), c.purpose()),
                new Context(1, "other", c.federation(), 7, c.rosterDigest(), 3, c.model(), c.sender(), c.purpose()),
                new Context(1, c.suite(), "other", 7, c.rosterDigest(), 3, c.model(), c.sender(), c.purpose()),
                new Context(1, c.suite(), c.federation(), 8, c.rosterDigest(), 3, c.model(), c.sender(), c.purpose()),
                new Context(1, c.suite(), c.federation(), 7, Digest.ZERO, 3, c.model(), c.sender(), c.purpose()),
                new Context(1, c.suite(), c.federation(), 7, c.rosterDigest(), 4, c.model(), c.sender(), c.purpose()),
                new Context(1, c.suite(), c.federation(), 7, c.rosterDigest(), 3, "other", c.sender(), c.purpose()),
                c.withSender("other"));
        for (Context other : others) {
            assertThat(ContextBytes.withPurpose(other)).isNotEqualTo(ContextBytes.withPurpose(c));
            assertThat(ContextBytes.withoutPurpose(other)).isNotEqualTo(ContextBytes.withoutPurpose(c));
        }
        Context voting = c.withPurpose(Purpose.UNMASK_VOTE);
        assertThat(ContextBytes.withPurpose(voting)).isNotEqualTo(ContextBytes.withPurpose(c));
        assertThat(ContextBytes.withoutPurpose(voting)).isEqualTo(ContextBytes.withoutPurpose(c));
    }

    @Test
    void associatedDataDiffersByCoreRoleAndIndex() {
        Digest core = Samples.digest(5);
        assertThat(AssociatedData.shard(new byte[] {1}))
                .isEqualTo(Digest.sha256(new byte[] {1}).toBytes());
        assertThat(AssociatedData.meta(core, 3)).isNotEqualTo(AssociatedData.packet(core, 3));
        assertThat(AssociatedData.meta(core, 3)).isNotEqualTo(AssociatedData.meta(core, 4));
        assertThat(AssociatedData.meta(core, 3)).isNotEqualTo(AssociatedData.meta(Samples.digest(6), 3));
        byte[] fields = ByteBuffer.allocate(4 + 32 + 4 + 6 + 4 + 4)
                .putInt(32)
                .put(core.toBytes())
                .putInt(6)
                .put("packet".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .putInt(4)
                .putInt(3)
                .array();
        assertThat(AssociatedData.packet(core, 3))
                .isEqualTo(Digest.sha256(fields).toBytes());
    }
}
