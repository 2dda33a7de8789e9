package org.silofold.kafka;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.errors.TopicExistsException;

/** Reads a cluster and carries plans out, through Kafka's admin client. Every call is bounded by the client's own time-out. */
public final class ClusterAdmin {
    private static final long TIMEOUT_SECONDS = 60;
    private static final String ANY_HOST = "*";

    private final Admin admin;

    /**
     * @param admin the client, owned and closed by the caller
     */
    public ClusterAdmin(Admin admin) {
        this.admin = admin;
    }

    /**
     * The plan that would bring the cluster to what the federation needs; changes nothing.
     *
     * @throws SetupException if the cluster cannot be asked
     */
    public Plan plan(Federation federation) {
        Desired desired = Desired.of(federation);
        return Plan.between(desired, topics(desired.topics()), acls());
    }

    /**
     * Carries out what the plan can change. A topic that someone else made meanwhile is left as it is; plan again to compare it.
     *
     * @throws SetupException if a change fails; those before it stay
     */
    public void apply(Plan plan) {
        for (Change change : plan.applicable()) {
            if (change instanceof Change.CreateTopic create) {
                create(create.topic());
            } else if (change instanceof Change.AddPartitions add) {
                await(admin.createPartitions(Map.of(add.topic(), NewPartitions.increaseTo(add.to())))
                        .all());
            } else if (change instanceof Change.SetConfig set) {
                await(admin.incrementalAlterConfigs(Map.of(topicResource(set.topic()), operations(set.to())))
                        .all());
            } else if (change instanceof Change.AllowAccess allow) {
                await(admin.createAcls(List.of(binding(allow.access()))).all());
            }
        }
    }

    private void create(DesiredTopic topic) {
        NewTopic created =
                new NewTopic(topic.name(), topic.partitions(), topic.replicationFactor()).configs(topic.config());
        try {
            await(admin.createTopics(List.of(created)).all());
        } catch (SetupException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private Map<String, ActualTopic> topics(List<DesiredTopic> desired) {
        Set<String> there = await(admin.listTopics().names());
        Set<String> wanted =
                desired.stream().map(DesiredTopic::name).filter(there::contains).collect(Collectors.toSet());
        Map<String, ActualTopic> topics = new HashMap<>();
        if (wanted.isEmpty()) {
            return topics;
        }
        var descriptions = await(admin.describeTopics(wanted).allTopicNames());
        var configs = await(admin.describeConfigs(
                        wanted.stream().map(ClusterAdmin::topicResource).toList())
                .all());
        descriptions.forEach((name, description) -> topics.put(
                name,
                new ActualTopic(
                        description.partitions().size(),
                        description.partitions().stream()
                                .mapToInt(partition -> partition.replicas().size())
                                .min()
                                .orElse(0),
                        configs.get(topicResource(name)).entries().stream()
                                .filter(entry -> entry.value() != null)
                                .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value)))));
        return topics;
    }

    private Optional<Set<Access>> acls() {
        try {
            Set<Access> allowed = new HashSet<>();
            for (AclBinding binding :
                    await(admin.describeAcls(AclBindingFilter.ANY).values())) {
                AccessControlEntry entry = binding.entry();
                if (entry.permissionType() == AclPermissionType.ALLOW
                        && entry.host().equals(ANY_HOST)) {
                    allowed.add(new Access(entry.principal(), entry.operation(), binding.pattern()));
                }
            }
            return Optional.of(allowed);
        } catch (SetupException e) {
            if (e.getCause() instanceof SecurityDisabledException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static AclBinding binding(Access access) {
        return new AclBinding(
                access.resource(),
                new AccessControlEntry(access.principal(), ANY_HOST, access.operation(), AclPermissionType.ALLOW));
    }

    private static List<AlterConfigOp> operations(Map<String, String> config) {
        return config.entrySet().stream()
                .map(entry ->
                        new AlterConfigOp(new ConfigEntry(entry.getKey(), entry.getValue()), AlterConfigOp.OpType.SET))
                .toList();
    }

    private static ConfigResource topicResource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    private static <T> T await(KafkaFuture<T> future) {
        try {
            return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new SetupException(e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new SetupException("no answer from the broker within " + TIMEOUT_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SetupException("interrupted", e);
        }
    }
}
