package org.silofold.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.registry.Policy;
import org.silofold.schemas.Deployment;
import org.silofold.schemas.Topics;

class PlanTest {
    private static final Federation FEDERATION = federation("");
    private static final Desired DESIRED = Desired.of(FEDERATION);

    private static Federation federation(String prefix) {
        return federation(prefix, 1);
    }

    private static Federation federation(String prefix, int replicationFactor) {
        return new Federation(
                prefix,
                Deployment.DEFAULT,
                "aggregator",
                "authority",
                List.of("a", "b"),
                List.of("a", "b", "regulator"),
                List.of("press"),
                (short) replicationFactor);
    }

    private static Map<String, ActualTopic> asDesired() {
        Map<String, ActualTopic> actual = new HashMap<>();
        for (DesiredTopic topic : DESIRED.topics()) {
            actual.put(topic.name(), new ActualTopic(topic.partitions(), 1, topic.config()));
        }
        return actual;
    }

    @Test
    void everyTopicThatThePartiesUseIsDesired() {
        Topics topics = new Topics("");
        assertThat(DESIRED.topics().stream().map(DesiredTopic::name))
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
                        topics.rejections(),
                        topics.withdrawals("a"),
                        topics.neverVoted("regulator"),
                        topics.countersignatures("press"),
                        topics.keys("a"),
                        topics.keys("regulator"),
                        topics.keys("press"),
                        topics.keys("aggregator"))
                .hasSize(2 * 3 + 3 * 4 + 1 + 5 + 8);
    }

    /** By which agents go when they publish their bundle again. */
    @Test
    void whatIsRetainedOfKeyBundlesIsWhatTheirPartiesCountOn() {
        String keys = new Topics("").keys("a");
        assertThat(DESIRED.topics())
                .filteredOn(topic -> topic.name().equals(keys))
                .singleElement()
                .satisfies(topic -> assertThat(topic.config())
                        .containsEntry("retention.bytes", Long.toString(Topics.KEYS_RETAINED_BYTES))
                        .containsEntry("retention.ms", "-1"));
    }

    @Test
    void everySettingIsOneThatKafkaKnows() throws IllegalAccessException {
        Set<String> known = new HashSet<>();
        for (var field : TopicConfig.class.getFields()) {
            if (field.getName().endsWith("_CONFIG")) {
                known.add((String) field.get(null));
            }
        }
        for (DesiredTopic topic : DESIRED.topics()) {
            assertThat(known).containsAll(topic.config().keySet());
        }
    }

    /** A compressed record may unpack to many times its size, in whatever topic it is. */
    @Test
    void everyTopicBoundsWhatARecordIsAndWhatItUnpacksTo() {
        assertThat(DESIRED.topics()).allSatisfy(topic -> {
            assertThat(topic.config()).containsEntry(TopicConfig.COMPRESSION_TYPE_CONFIG, "uncompressed");
            assertThat(number(topic, TopicConfig.MAX_MESSAGE_BYTES_CONFIG)).isBetween(1, 1_048_588);
            assertThat(number(topic, TopicConfig.MAX_DECOMPRESSED_MESSAGE_BYTES_CONFIG))
                    .isBetween(1, 1_048_588);
        });
    }

    private static int number(DesiredTopic topic, String setting) {
        return Integer.parseInt(topic.config().getOrDefault(setting, "0"));
    }

    @Test
    void anEmptyClusterGetsEveryTopic() {
        Plan plan = Plan.between(DESIRED, Map.of(), Optional.empty());
        assertThat(plan.applicable()).hasSize(32).allMatch(Change.CreateTopic.class::isInstance);
        assertThat(plan.drift()).isTrue();
    }

    @Test
    void aClusterAsDesiredHasNoDrift() {
        Plan plan = Plan.between(DESIRED, asDesired(), Optional.of(Set.copyOf(DESIRED.access())));
        assertThat(plan.changes()).isEmpty();
        assertThat(plan.drift()).isFalse();
    }

    @Test
    void changedSettingsAndMissingPartitionsAreNamed() {
        Map<String, ActualTopic> actual = asDesired();
        ActualTopic updates = actual.get("updates.a");
        Map<String, String> config = new HashMap<>(updates.config());
        config.put(TopicConfig.RETENTION_MS_CONFIG, "1");
        actual.put("updates.a", new ActualTopic(2, 1, config));
        Plan plan = Plan.between(DESIRED, actual, Optional.of(Set.copyOf(DESIRED.access())));
        assertThat(plan.changes().stream().map(Change::describe))
                .containsExactly(
                        "~ topic updates.a: partitions 2 -> 4", "~ topic updates.a: retention.ms 1 -> 172800000");
    }

    @Test
    void aRetentionThatAnOperatorRaisedIsLeftAlone() {
        for (String raised : List.of("172800001", "604800000", "-1")) {
            Plan plan = planWithRetention("updates.a", raised);
            assertThat(plan.changes().stream().map(Change::describe))
                    .containsExactly("! topic updates.a has retention.ms " + raised
                            + ", longer than the 172800000 needed; left alone");
            assertThat(plan.drift()).isFalse();
            assertThat(plan.applicable()).isEmpty();
        }
        assertThat(planWithRetention("updates.a", "172799999").drift()).isTrue();
        assertThat(planWithRetention("model-manifests", "9223372036854775806").drift())
                .as("what is kept for ever")
                .isTrue();
    }

    @Test
    void fromThreeCopiesOnEveryTopicHasTwoInSync() {
        for (int copies = 1; copies <= 5; copies++) {
            Desired desired = Desired.of(federation("", copies));
            if (copies < 3) {
                assertThat(desired.topics())
                        .noneMatch(topic -> topic.config().containsKey(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG));
            } else {
                assertThat(desired.topics()).hasSize(32).allMatch(topic -> topic.config()
                        .get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG)
                        .equals("2"));
                assertThat(Plan.between(desired, Map.of(), Optional.empty()).applicable())
                        .filteredOn(Change.CreateTopic.class::isInstance)
                        .hasSize(32)
                        .allMatch(change -> change.describe().contains("min.insync.replicas=2"));
            }
        }
    }

    @Test
    void aTopicWithThreeCopiesGetsTwoInSyncAndOneWithFewerIsNamed() {
        assertThat(planOfThree(3, "1")).containsExactly("~ topic updates.a: min.insync.replicas 1 -> 2");
        assertThat(planOfThree(3, "2")).isEmpty();
        assertThat(planOfThree(5, "3")).as("what an operator raised").isEmpty();
        assertThat(planOfThree(1, "1"))
                .as("with two required, a single copy takes no record")
                .containsExactly("! topic updates.a has replication factor 1, less than the 3 desired; left alone");
    }

    private static List<String> planOfThree(int copies, String inSync) {
        Desired desired = Desired.of(federation("", 3));
        Map<String, ActualTopic> actual = new HashMap<>();
        for (DesiredTopic topic : desired.topics()) {
            Map<String, String> config = new HashMap<>(topic.config());
            if (topic.name().equals("updates.a")) {
                config.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, inSync);
            }
            int has = topic.name().equals("updates.a") ? copies : 3;
            actual.put(topic.name(), new ActualTopic(topic.partitions(), has, config));
        }
        return Plan.between(desired, actual, Optional.of(Set.copyOf(desired.access()))).changes().stream()
                .map(Change::describe)
                .toList();
    }

    private static Plan planWithRetention(String topic, String millis) {
        Map<String, ActualTopic> actual = asDesired();
        Map<String, String> config = new HashMap<>(actual.get(topic).config());
        config.put(TopicConfig.RETENTION_MS_CONFIG, millis);
        actual.put(topic, new ActualTopic(actual.get(topic).partitions(), 1, config));
        return Plan.between(DESIRED, actual, Optional.of(Set.copyOf(DESIRED.access())));
    }

    /** A member's memory is its words on the log: they must outlast every update that they are about (docs/protocol.md, 6.5.3). */
    @Test
    void whatMembersSaidIsKeptLongerThanAnUpdateCanLive() {
        long needed = 2 * Policy.MAX_EXPIRY_MILLIS + Duration.ofDays(1).toMillis();
        for (String topic : List.of("votes.a", "responses.a", "never-voted.a", "manifests.a", "withdrawals.a")) {
            assertThat(DESIRED.topics())
                    .filteredOn(desired -> desired.name().equals(topic))
                    .singleElement()
                    .satisfies(desired -> assertThat(
                                    Long.parseLong(desired.config().get(TopicConfig.RETENTION_MS_CONFIG)))
                            .isGreaterThanOrEqualTo(needed));
        }
    }

    @Test
    void nothingIsEverShrunk() {
        Map<String, ActualTopic> actual = asDesired();
        actual.put("models", new ActualTopic(64, 1, actual.get("models").config()));
        Plan plan = Plan.between(DESIRED, actual, Optional.of(Set.copyOf(DESIRED.access())));
        assertThat(plan.changes()).hasSize(1);
        assertThat(plan.applicable()).isEmpty();
        assertThat(plan.drift()).isFalse();
    }

    private static List<Access> missing(Set<Access> allowed) {
        return Plan.between(DESIRED, asDesired(), Optional.of(allowed)).changes().stream()
                .map(change -> ((Change.AllowAccess) change).access())
                .toList();
    }

    @Test
    void onlyAPartyMayWriteItsOwnTopics() {
        List<Access> writers = missing(Set.of()).stream()
                .filter(access -> access.operation() == AclOperation.WRITE)
                .filter(
                        access -> access.resource()
                                .name()
                                .matches(
                                        "(updates|manifests|withdrawals|votes|receipts|responses|never-voted|countersignatures|keys)\\..*"))
                .toList();
        assertThat(writers).hasSize(24).allMatch(access -> access.principal()
                .equals("User:" + access.resource().name().replaceAll(".*\\.", "")));
    }

    @Test
    void theAuthorityAloneMayWriteTheRegistry() {
        assertThat(missing(Set.of()).stream()
                        .filter(access -> access.operation() == AclOperation.WRITE)
                        .filter(access -> access.resource().name().equals("registry")))
                .extracting(Access::principal)
                .containsExactly("User:authority");
    }

    @Test
    void aclsThatAreThereAreNotMadeAgain() {
        assertThat(missing(Set.copyOf(missing(Set.of())))).isEmpty();
    }

    @Test
    void anAclOfAnotherTypeOrPatternIsNotTheOneDesired() {
        for (Access desired : DESIRED.access()) {
            Set<Access> allowed = new HashSet<>(DESIRED.access());
            allowed.remove(desired);
            ResourcePattern resource = desired.resource();
            PatternType other =
                    resource.patternType() == PatternType.LITERAL ? PatternType.PREFIXED : PatternType.LITERAL;
            allowed.add(new Access(
                    desired.principal(),
                    desired.operation(),
                    new ResourcePattern(resource.resourceType(), resource.name(), other)));
            allowed.add(new Access(
                    desired.principal(),
                    desired.operation(),
                    new ResourcePattern(ResourceType.CLUSTER, resource.name(), resource.patternType())));
            assertThat(missing(allowed)).containsExactly(desired);
        }
    }

    @Test
    void withoutAnAuthorizerAclsAreLeftOutAndThatIsSaid() {
        Plan plan = Plan.between(DESIRED, asDesired(), Optional.empty());
        assertThat(plan.changes())
                .containsExactly(new Change.NoAuthorizer(DESIRED.access().size()));
        assertThat(plan.drift()).isFalse();
    }

    @Test
    void theAggregatorAloneHasTheJobsGroupsAndTransactions() {
        Deployment deployment = new Deployment(Deployment.DEFAULT);
        Set<Access> expected = new HashSet<>();
        for (Deployment.Source source : Deployment.Source.values()) {
            expected.add(new Access(
                    "User:aggregator",
                    AclOperation.READ,
                    new ResourcePattern(ResourceType.GROUP, deployment.group(source), PatternType.LITERAL)));
        }
        for (Deployment.Sink sink : Deployment.Sink.values()) {
            expected.add(new Access(
                    "User:aggregator",
                    AclOperation.WRITE,
                    new ResourcePattern(
                            ResourceType.TRANSACTIONAL_ID, deployment.transactions(sink) + "-", PatternType.PREFIXED)));
        }
        assertThat(DESIRED.access().stream().filter(access -> access.resource().resourceType() != ResourceType.TOPIC))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    /** The sink looks there for transactions that a predecessor left open; a broker tells only who may read (DescribeProducers). */
    @Test
    void theAggregatorMayReadWhatItWrites() {
        Set<String> readable = DESIRED.access().stream()
                .filter(access -> access.operation() == AclOperation.READ)
                .filter(access -> Set.of("User:aggregator", "User:*").contains(access.principal()))
                .map(access -> access.resource().name())
                .collect(Collectors.toSet());
        assertThat(DESIRED.access().stream()
                        .filter(access -> access.resource().resourceType() == ResourceType.TOPIC)
                        .filter(access -> access.operation() == AclOperation.WRITE)
                        .filter(access -> access.principal().equals("User:aggregator"))
                        .map(access -> access.resource().name()))
                .hasSizeGreaterThan(5)
                .allMatch(readable::contains);
    }

    @Test
    void aPrefixIsBeforeTopicsAndADeploymentBeforeGroups() {
        Desired desired = Desired.of(federation("eu.heart"));
        assertThat(desired.topics()).allMatch(topic -> topic.name().startsWith("eu.heart."));
        assertThat(desired.access()).allMatch(access -> access.resource()
                .name()
                .startsWith(access.resource().resourceType() == ResourceType.TOPIC ? "eu.heart." : "silofold-"));
    }
}
