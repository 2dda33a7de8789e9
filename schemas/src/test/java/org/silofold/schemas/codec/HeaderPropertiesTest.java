package org.silofold.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.Purpose;

/** Every message that keeps the rules survives the way to bytes and back, and has one encoding. */
class HeaderPropertiesTest {
    @Property(tries = 60, seed = "20260101")
    void updateShards(@ForAll("updateShard") Message message) {
        survives(message);
    }

    @Property(tries = 60, seed = "20260102")
    void updateManifests(@ForAll("updateManifest") Message message) {
        survives(message);
    }

    @Property(tries = 1500, seed = "20260103")
    void allOthers(@ForAll("other") Message message) {
        survives(message);
    }

    /** The purposes that {@link #allOthers} draws from, counted so that none is forgotten. */
    @Property(tries = 1, seed = "1")
    void everyPurposeIsDrawn() {
        assertThat(MessageArbitraries.OTHERS.size() + 2).isEqualTo(Purpose.values().length);
    }

    private static void survives(Message message) {
        Purpose purpose = message.context().purpose();
        byte[] header = HeaderCodec.encode(message);
        Message read = HeaderCodec.decode(purpose, header);
        assertThat(read).usingRecursiveComparison().isEqualTo(message);
        assertThat(HeaderCodec.encode(read)).isEqualTo(header);
    }

    @Provide
    Arbitrary<Message> updateShard() {
        return MessageArbitraries.updateShard();
    }

    @Provide
    Arbitrary<Message> updateManifest() {
        return MessageArbitraries.updateManifest();
    }

    @Provide
    Arbitrary<Message> other() {
        return Arbitraries.of(MessageArbitraries.OTHERS).flatMap(messages -> messages.get());
    }
}
