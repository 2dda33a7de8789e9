package org.silofold.demo.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silofold.demo.attack.AttackFederation.ATTACKER;
import static org.silofold.demo.attack.AttackFederation.HONEST;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.demo.attack.FederationLog.Place;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.Topics;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.silo.party.PartyDirectory;

/**
 * Junk under other parties' keys in compacted topics, where the last record of a key displaces the others. The broker asks nobody who he is:
 * what one with an authorizer lets nobody write at all is in AclsLiveTest.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class RegistryAttacksTest {
    private static final String MODEL = "small";
    private static final String VICTIM = "east";
    private static final int EPOCH = 2;
    private static final Topics TOPICS = new Topics("");

    @TempDir
    static Path directory;

    private static AttackFederation federation;
    private static FederationLog log;
    private static Attacker mallory;

    @BeforeAll
    static void start() throws Exception {
        federation = AttackFederation.start(
                directory, HONEST, new AttackFederation.Model(MODEL, 64, AttackFederation.policy()));
        log = federation.log();
        mallory = federation.attacker();
    }

    @AfterAll
    static void stop() {
        if (federation != null) {
            federation.close();
        }
    }

    private static byte[] key(String party) {
        return ("key-bundle/" + party + "/" + EPOCH).getBytes(StandardCharsets.UTF_8);
    }

    /** The last record of each key of each topic, in the topics' order: what is left after compaction. */
    private static List<ConsumerRecord<byte[], byte[]>> compacted(List<String> topics) {
        Map<String, ConsumerRecord<byte[], byte[]>> last = new LinkedHashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", federation.bootstrap()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            for (String topic : topics) {
                TopicPartition partition = new TopicPartition(topic, 0);
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                long end = consumer.endOffsets(List.of(partition)).get(partition);
                while (consumer.position(partition) < end) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                        last.put(topic + "/" + new String(record.key(), StandardCharsets.UTF_8), record);
                    }
                }
            }
        }
        return new ArrayList<>(last.values());
    }

    /** What somebody knows who comes after compaction, with no state of his own. */
    private static RegistryView newcomer() {
        List<String> topics = new ArrayList<>(List.of(TOPICS.registry(), TOPICS.keys(ATTACKER)));
        HONEST.forEach(silo -> topics.add(TOPICS.keys(silo)));
        RegistryView view = new RegistryView(
                AttackFederation.NAME,
                PartyDirectory.open(federation.party(ATTACKER)).authorityKey());
        for (ConsumerRecord<byte[], byte[]> record : compacted(topics)) {
            try {
                view.apply(TOPICS.parse(record.topic()).orElseThrow(), record.key(), record.value());
            } catch (RejectedException e) {
                // Junk, of which there is some.
            }
        }
        return view;
    }

    private static byte[] bundleOfVictim() {
        return log.await("the victim's key bundle", () -> newcomer().keyBundleRecord(VICTIM, EPOCH));
    }

    @Test
    void anotherPartysKeyBundleInOnesOwnTopic() {
        byte[] genuine = bundleOfVictim();
        String own = TOPICS.keys(ATTACKER);
        log.isRejected(mallory.send(own, key(VICTIM), new byte[40]), Reason.WRONG_SENDER);
        log.isRejected(mallory.send(own, key(VICTIM), genuine), Reason.WRONG_SENDER);
        log.isRejected(mallory.send(own, key(ATTACKER), genuine), Reason.BAD_SIGNATURE);
        assertThat(newcomer().keyBundleRecord(VICTIM, EPOCH)).contains(genuine);
        federation.honestVersion(MODEL);
    }

    @Test
    void theAuthoritysDocumentsInOnesOwnTopic() throws Exception {
        byte[] roster = "roster".getBytes(StandardCharsets.UTF_8);
        log.isRejected(mallory.send(TOPICS.keys(ATTACKER), roster, federation.oldRoster()), Reason.WRONG_PURPOSE);
        assertThat(newcomer().roster().orElseThrow().epoch()).isEqualTo(EPOCH);
    }

    /** Where ACLs do not prevent it the victim's agent does: its bundle is in two topics, and comes back in its own. */
    @Test
    void aKeyBundleThatWasDisplacedComesBack() {
        byte[] genuine = bundleOfVictim();
        byte[] junk = new byte[40];
        Place inRegistry = mallory.send(TOPICS.registry(), key(VICTIM), junk);
        Place inItsTopic = mallory.send(TOPICS.keys(VICTIM), key(VICTIM), junk);
        log.isRejected(inRegistry, Reason.MALFORMED_FRAME);
        log.isRejected(inItsTopic, Reason.MALFORMED_FRAME);
        assertThat(bundleOfVictim()).isEqualTo(genuine);
        federation.honestVersion(MODEL);
    }

    @Test
    void topicsOfPartiesThatComeLaterAreReadWithoutARestart() throws Exception {
        String late = TOPICS.keys("newcomer");
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", federation.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(late, Optional.of(1), Optional.of((short) 1))))
                    .all()
                    .get();
        }
        log.isRejected(mallory.send(late, key(VICTIM), new byte[40]), Reason.WRONG_SENDER);
    }
}
