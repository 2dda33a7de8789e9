package org.silofold.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.silofold.schemas.Topics;

class PlanTest {
    private static final Federation FEDERATION =
            new Federation("", "aggregator", "authority", List.of("a", "b"), List.of("a", "b", "regulator"), (short) 1);

    private static Map<String, ActualTopic> asDesired() {
        Map<String, ActualTopic> actual = new HashMap<>();
        for (DesiredTopic topic : DesiredTopics.of(FEDERATION)) {
            actual.put(topic.name(), new ActualTopic(topic.partitions(), topic.config()));
        }
        return actual;
    }

    @Test
    void everyTopicThatThePartiesUseIsDesired() {
        Topics topics = new Topics("");
        assertThat(DesiredTopics.of(FEDERATION).stream().map(DesiredTopic::name))
                .contains(
                        topics.registry(),
                        topics.updates("a"),
                        topics.manifests("b"),
                        topics.receipts("regulator"),
                        topics.votes("a"),
                        topics.responses("b"),
                        topics.unmaskRequests(),
                        topics.initialModels(),
                        topics.models(),
                        topics.modelManifests(),
                        topics.fates(),
                        topics.audit(),
                        topics.rejections())
                .hasSize(2 * 2 + 3 * 3 + 8);
    }

    @Test
    void everySettingIsOneThatKafkaKnows() throws IllegalAccessException {
        Set<String> known = new HashSet<>();
        for (var field : TopicConfig.class.getFields()) {
            if (field.getName().endsWith("_CONFIG")) {
                known.add((String) field.get(null));
            }
        }
        for (DesiredTopic topic : DesiredTopics.of(FEDERATION)) {
            assertThat(known).containsAll(topic.config().keySet());
        }
    }

    @Test
    void anEmptyClusterGetsEveryTopic() {
        Plan plan = Plan.between(DesiredTopics.of(FEDERATION), Map.of(), Optional.empty());
        assertThat(plan.changes()).hasSize(21).allMatch(Change.CreateTopic.class::isInstance);
        assertThat(plan.drift()).isTrue();
    }

    @Test
    void aClusterAsDesiredHasNoDrift() {
        Plan plan = Plan.between(DesiredTopics.of(FEDERATION), asDesired(), Optional.empty());
        assertThat(plan.changes()).isEmpty();
        assertThat(plan.drift()).isFalse();
    }

    @Test
    void changedSettingsAndMissingPartitionsAreNamed() {
        Map<String, ActualTopic> actual = asDesired();
        ActualTopic updates = actual.get("updates.a");
        Map<String, String> config = new HashMap<>(updates.config());
        config.put(TopicConfig.RETENTION_MS_CONFIG, "1");
        actual.put("updates.a", new ActualTopic(2, config));
        Plan plan = Plan.between(DesiredTopics.of(FEDERATION), actual, Optional.empty());
        assertThat(plan.changes().stream().map(Change::describe))
                .containsExactly(
                        "~ topic updates.a: partitions 2 -> 4", "~ topic updates.a: retention.ms 1 -> 172800000");
    }

    @Test
    void nothingIsEverShrunk() {
        Map<String, ActualTopic> actual = asDesired();
        actual.put("models", new ActualTopic(64, actual.get("models").config()));
        Plan plan = Plan.between(DesiredTopics.of(FEDERATION), actual, Optional.empty());
        assertThat(plan.changes()).hasSize(1);
        assertThat(plan.applicable()).isEmpty();
        assertThat(plan.drift()).isFalse();
    }

    @Test
    void onlyASiloMayWriteItsOwnTopics() {
        Plan plan = Plan.between(DesiredTopics.of(FEDERATION), asDesired(), Optional.of(Set.of()));
        List<Access> writers = plan.changes().stream()
                .map(change -> ((Change.AllowAccess) change).access())
                .filter(access -> access.operation() == AclOperation.WRITE)
                .filter(access -> access.topic().matches("(updates|manifests|votes|receipts|responses)\\..*"))
                .toList();
        assertThat(writers).hasSize(13).allMatch(access -> access.principal()
                .equals("User:" + access.topic().replaceAll(".*\\.", "")));
    }

    @Test
    void aclsThatAreThereAreNotMadeAgain() {
        Plan first = Plan.between(DesiredTopics.of(FEDERATION), asDesired(), Optional.of(Set.of()));
        Set<Access> allowed = new HashSet<>();
        first.changes().forEach(change -> allowed.add(((Change.AllowAccess) change).access()));
        Plan second = Plan.between(DesiredTopics.of(FEDERATION), asDesired(), Optional.of(allowed));
        assertThat(second.changes()).isEmpty();
    }
}
