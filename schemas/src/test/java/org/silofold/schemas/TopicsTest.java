package org.silofold.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.reason.RejectedException;

class TopicsTest {
    private static final byte[] ANY_KEY = {'r', 'o', 's', 't', 'e', 'r'};

    @ParameterizedTest
    @EnumSource(TopicKind.class)
    void everyNameIsParsedBack(TopicKind kind) {
        for (String prefix : new String[] {"", "heart", "eu.heart-1"}) {
            Topics topics = new Topics(prefix);
            String party = kind.perParty() ? "basel-2" : "";
            String name = kind.perParty() ? topics.name(kind, party) : topics.name(kind);
            assertThat(topics.parse(name)).contains(new Topics.Parsed(kind, party));
            assertThat(name.length()).isLessThanOrEqualTo(249);
            if (kind.perParty()) {
                assertThat(topics.pattern(kind).matcher(name).matches()).isTrue();
                assertThat(topics.pattern(kind).matcher("x" + name).matches()).isFalse();
                assertThat(topics.pattern(kind).matcher(name + ".x").matches()).isFalse();
            }
        }
    }

    @Test
    void wordsAreUniqueAndEveryTopicSaysWhatItCarries() {
        Set<String> words =
                Arrays.stream(TopicKind.values()).map(TopicKind::word).collect(Collectors.toSet());
        assertThat(words).hasSize(TopicKind.values().length);
        Set<Purpose> carried = Arrays.stream(TopicKind.values())
                .map(kind -> kind.purpose(ANY_KEY))
                .collect(Collectors.toSet());
        assertThat(carried).contains(Purpose.ROSTER, Purpose.UPDATE_SHARD, Purpose.MODEL_SHARD, Purpose.REJECTION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"updates", "updates.", "updates.Basel", "updates.a.b", "registry.x", "unknown", "", "votes.-a"})
    void otherNamesAreNoTopicsOfTheFederation(String name) {
        assertThat(new Topics("").parse(name)).isEmpty();
        assertThat(new Topics("heart").parse(name)).isEmpty();
        assertThat(new Topics("heart").parse("heart." + name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "a.", ".a", "A", "a|b", "a b", "-a", "a..b"})
    void aPrefixIsNamesJoinedWithDots(String prefix) {
        assertThatThrownBy(() -> new Topics(prefix)).isInstanceOf(RejectedException.class);
    }

    @Test
    void aPartyOfATopicIsAName() {
        assertThatThrownBy(() -> new Topics("").updates("a|b")).isInstanceOf(RejectedException.class);
        assertThatThrownBy(() -> new Topics("").votes("")).isInstanceOf(RejectedException.class);
    }

    @Test
    void theAggregatorsLogHasItsNotesUnderKeysOfTheirOwn() {
        byte[] model = Topics.modelKey("fence");
        byte[] fence = Topics.fenceKey("risk");
        byte[] broken = Topics.brokenKey("risk");
        assertThat(TopicKind.UNMASK_REQUESTS.purpose(model)).isEqualTo(Purpose.UNMASK_REQUEST);
        assertThat(TopicKind.UNMASK_REQUESTS.purpose(null)).isEqualTo(Purpose.UNMASK_REQUEST);
        assertThat(TopicKind.UNMASK_REQUESTS.purpose(fence)).isEqualTo(Purpose.FENCE);
        assertThat(TopicKind.UNMASK_REQUESTS.purpose(broken)).isEqualTo(Purpose.UNMASK_REQUEST);
        assertThat(TopicKind.MODEL_MANIFESTS.purpose(model)).isEqualTo(Purpose.MODEL_MANIFEST);
        assertThat(TopicKind.MODEL_MANIFESTS.purpose(null)).isEqualTo(Purpose.MODEL_MANIFEST);
        assertThat(TopicKind.MODEL_MANIFESTS.purpose(fence)).isEqualTo(Purpose.FENCE);
        assertThat(TopicKind.MODEL_MANIFESTS.purpose(broken)).isEqualTo(Purpose.COHORT_BROKEN);
        assertThat(TopicKind.FATES.purpose(fence)).isEqualTo(Purpose.UPDATE_FATE);
        assertThat(fence).asString(java.nio.charset.StandardCharsets.UTF_8).isEqualTo("fence/risk");
        assertThat(broken).asString(java.nio.charset.StandardCharsets.UTF_8).isEqualTo("broken/risk");
    }

    @Test
    void keysAreAsAgreed() {
        UpdateId id = UpdateId.ofHex("000102030405060708090a0b0c0d0e0f");
        assertThat(Topics.updateKey(id)).hasSize(16).isEqualTo(id.toBytes());
        assertThat(new String(Topics.fateKey("basel", id), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("basel/000102030405060708090a0b0c0d0e0f");
        assertThat(new String(Topics.modelShardKey("risk", 3), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("risk/3");
    }

    @ParameterizedTest
    @EnumSource(RecordLimits.class)
    void limitsFitKafkasDefaults(RecordLimits limits) {
        // max.message.bytes is 1048588 by default and counts the batch's 61 bytes and the record's own framing and key.
        assertThat(limits.recordBytes()).isLessThanOrEqualTo(1_048_588 - 512);
        assertThat(limits.headerBytes()).isLessThanOrEqualTo(limits.recordBytes());
        assertThat(limits.payloadBytes()).isLessThanOrEqualTo(limits.recordBytes());
    }
}
