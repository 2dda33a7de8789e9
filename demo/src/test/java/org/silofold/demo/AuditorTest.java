package org.silofold.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.demo.heart.FederationSettings;
import org.silofold.demo.heart.HeartDisease;
import org.silofold.demo.heart.Hospital;
import org.silofold.demo.local.EmbeddedBroker;
import org.silofold.demo.local.LocalCluster;
import org.silofold.demo.train.HeartWorkload;
import org.silofold.demo.train.SiloTrainer;
import org.silofold.demo.train.Submissions;
import org.silofold.job.config.JobConfig;
import org.silofold.protocol.message.Countersignature;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.TopicKind;
import org.silofold.schemas.Topics;
import org.silofold.silo.admin.PolicyFile;
import org.silofold.silo.auditor.AuditOutcome;
import org.silofold.silo.party.PartyConfig;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.sdk.AgentStatus;
import org.silofold.silo.sdk.Silo;
import picocli.CommandLine;

/** An auditor beside four hospitals that train on nothing else than what it countersigned: a real broker, a real cluster, real agents. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class AuditorTest {
    private static final String MODEL = "heart-disease";
    private static final Topics TOPICS = new Topics("");
    private static final int VERSIONS = 3;

    @TempDir
    Path directory;

    private final BlockingQueue<AuditOutcome> outcomes = new LinkedBlockingQueue<>();
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    @Test
    void everyVersionIsCountersignedAndAForgedOneIsNot() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
                DemoFederation federation =
                        new DemoFederation(directory, broker.bootstrap(), List.of(DemoFederation.AUDITOR))) {
            train(federation);
            SortedMap<Long, SignedRecord<ModelManifest>> published = published(broker.bootstrap());
            long last = published.lastKey();
            while (countersigned(broker.bootstrap()).size() <= last) {
                AuditOutcome outcome = outcomes.poll(60, TimeUnit.SECONDS);
                assertThat(outcome).isInstanceOf(AuditOutcome.Verified.class);
            }
            assertThat(countersigned(broker.bootstrap())).isEqualTo(roots(published));

            // From nothing but its keys and the log, the auditor comes to the same.
            Said all = auditOnce(federation, "again", broker.bootstrap());
            assertThat(all.code()).as(all.text()).isZero();
            LongStream.rangeClosed(0, last)
                    .forEach(version -> assertThat(all.text()).contains(MODEL + " version " + version + " verified"));

            anyoneVerifiesTheLog(federation, last);
            aForgedRootIsFound(federation, broker, published.get(last));
            aForgedVersionIsNotCountersigned(federation, broker, published.get(last));
        }
    }

    /** Runs the federation until there are some versions, then ends training and the job. */
    private void train(DemoFederation federation) throws Exception {
        federation.topics();
        HeartWorkload workload = new HeartWorkload(HeartDisease.load(), 0.05, 42);
        federation.found(
                MODEL,
                workload,
                PolicyFile.defaults(Hospital.values().length)
                        .set("minCohort", FederationSettings.MIN_COHORT)
                        .set("bufferSize", FederationSettings.BUFFER)
                        .set("optimizer", "fedadam")
                        .set("learningRate", 0.1)
                        .set("adaptivity", 1e-3)
                        .set("auditor", DemoFederation.AUDITOR));
        JobConfig job = JobConfig.of(federation.jobOptions(400));
        List<SiloTrainer> trainers = new ArrayList<>();
        try (LocalCluster cluster = LocalCluster.start(job, 2, directory.resolve("flink"))) {
            assertThat(cluster.webInterface()).isNotNull();
            federation.startAgents();
            federation.startAuditors(outcomes::add);
            Submissions submissions = new Submissions(directory.resolve("plain"));
            for (Hospital hospital : Hospital.values()) {
                SiloTrainer trainer = new SiloTrainer(
                        hospital.id(),
                        federation.party(hospital.id()),
                        MODEL,
                        workload,
                        Duration.ofMillis(100),
                        submissions,
                        e -> failure.compareAndSet(null, e));
                trainers.add(trainer);
                trainer.start();
            }
            for (int version = 0; version <= VERSIONS; version++) {
                AuditOutcome outcome = outcomes.poll(120, TimeUnit.SECONDS);
                assertThat(failure.get()).isNull();
                assertThat(outcome).isInstanceOf(AuditOutcome.Verified.class);
                assertThat(outcome.version()).isEqualTo(version);
            }
        } finally {
            trainers.forEach(SiloTrainer::close);
        }
    }

    /** As a silo, from what everyone may know; and as the auditor, who opens the updates. */
    private void anyoneVerifiesTheLog(DemoFederation federation, long last) throws IOException {
        Path silo = federation.party(Hospital.CLEVELAND.id());
        Said without = silofold("verify-log", "--dir", silo.toString());
        assertThat(without.code()).as(without.text()).isZero();
        assertThat(without.text()).contains("left out: no version was made again", "the log is right");
        Path json = directory.resolve("report.json");
        Path auditor = federation.party(DemoFederation.AUDITOR);
        Said with = silofold(
                "verify-log", "--dir", silo.toString(), "--key", auditor.toString(), "--json", json.toString());
        assertThat(with.code()).as(with.text()).isZero();
        assertThat(with.text()).contains("the log is right").doesNotContain("left out");
        JsonNode report = JsonMapper.builder().build().readTree(json.toFile());
        assertThat(report.at("/exitCode").intValue()).isZero();
        assertThat(report.at("/openedBy").textValue()).isEqualTo(DemoFederation.AUDITOR);
        assertThat(report.at("/models/0/recomputed").longValue()).isEqualTo(last + 1);
        assertThat(report.at("/models/0/updates/inVersions").longValue()).isGreaterThanOrEqualTo(3 * last);
    }

    /** The same log, but its newest manifest names another root, signed with the aggregator's own key. */
    private void aForgedRootIsFound(
            DemoFederation federation, EmbeddedBroker broker, SignedRecord<ModelManifest> newest) throws Exception {
        byte[] forged = forge(
                federation,
                newest.message(),
                newest.message().version(),
                newest.message().previousDigest());
        try (EmbeddedBroker other = EmbeddedBroker.start(directory.resolve("other-kafka"), 0)) {
            new DemoFederation(directory, other.bootstrap(), List.of(DemoFederation.AUDITOR)).topics();
            LogCopy.copy(
                    broker.bootstrap(),
                    other.bootstrap(),
                    LogCopy.topics(broker.bootstrap()),
                    record -> record.topic().equals(TOPICS.countersignatures(DemoFederation.AUDITOR))
                            ? Optional.empty()
                            : Optional.of(isManifest(record, newest.digest()) ? forged : record.value()));
            Said said = auditOnce(federation, "forged", other.bootstrap());
            assertThat(said.code()).as(said.text()).isEqualTo(1);
            long version = newest.message().version();
            assertThat(said.text())
                    .contains(MODEL + " version " + (version - 1) + " verified")
                    .contains(MODEL + " version " + version + " is WRONG", "its root is")
                    .doesNotContain("\tat ");
            assertThat(countersigned(other.bootstrap())).hasSize((int) version);
            Path forgedParty = directory.resolve("forged");
            // Settled: the job may have ended between a manifest and its shards, which are wrong then because they are
            // not there.
            Said verified = silofold(
                    "verify-log", "--dir", forgedParty.toString(), "--key", forgedParty.toString(), "--settled");
            assertThat(verified.code()).as(verified.text()).isEqualTo(1);
            assertThat(verified.text()).contains("WRONG wrong-step model-manifests/0/", "WRONG wrong-shards model");
            try (Stream<Path> evidence = Files.list(directory.resolve("forged").resolve("evidence"))) {
                assertThat(evidence.map(file -> file.getFileName().toString()))
                        .hasSize(3)
                        .anyMatch(name -> name.endsWith(".audit"));
            }
        }
    }

    /** Whether it is a manifest, and not what the aggregator notes among them for itself. */
    private static boolean isManifest(ConsumerRecord<byte[], byte[]> record) {
        return record.topic().equals(TOPICS.modelManifests())
                && TopicKind.MODEL_MANIFESTS.purpose(record.key()) == Purpose.MODEL_MANIFEST;
    }

    private static boolean isManifest(ConsumerRecord<byte[], byte[]> record, Digest digest) {
        return isManifest(record)
                && SignedRecords.reread(ModelManifest.class, Purpose.MODEL_MANIFEST, record.value())
                        .digest()
                        .equals(digest);
    }

    /** A version after the newest, signed with the aggregator's own key: a link of the chain, and nobody trains on it. */
    private void aForgedVersionIsNotCountersigned(
            DemoFederation federation, EmbeddedBroker broker, SignedRecord<ModelManifest> newest) throws Exception {
        long version = newest.message().version() + 1;
        byte[] forged = forge(federation, newest.message(), version, newest.digest());
        LogCopy.write(broker.bootstrap(), TOPICS.modelManifests(), Topics.modelKey(MODEL), forged);
        AuditOutcome outcome = outcomes.poll(120, TimeUnit.SECONDS);
        while (outcome instanceof AuditOutcome.Verified) {
            outcome = outcomes.poll(120, TimeUnit.SECONDS);
        }
        assertThat(outcome).isInstanceOf(AuditOutcome.Wrong.class);
        assertThat(outcome.version()).isEqualTo(version);
        assertThat(countersigned(broker.bootstrap())).doesNotContainKey(version);
        try (Silo silo = Silo.connect(federation.party(Hospital.CLEVELAND.id()))) {
            AgentStatus.Model model = silo.agentStatus().models().get(0);
            while (model.chainVersion() < version) {
                Thread.onSpinWait();
                model = silo.agentStatus().models().get(0);
            }
            assertThat(model.waitsFor()).contains(DemoFederation.AUDITOR);
            // Not always the one before it: the job may have ended before that one's shards were out.
            assertThat(silo.latestModel(MODEL).version()).isLessThan(version);
        }
    }

    /** The newest manifest again, as one of this version, with a root of nothing. */
    private static byte[] forge(DemoFederation federation, ModelManifest m, long version, Digest previous) {
        ModelManifest forged = new ModelManifest(
                m.context(),
                version,
                previous,
                m.attempt(),
                m.cohort(),
                Digest.sha256(new byte[] {7}),
                m.shardCount(),
                m.modelSpecDigest(),
                m.sumOfWeights(),
                m.metrics(),
                m.optimizer(),
                m.secretSumDigest(),
                m.privacy(),
                m.voidVersion());
        try (SigningKey key =
                PartyDirectory.open(federation.party(DemoFederation.AGGREGATOR)).identityKey()) {
            return SignedRecords.seal(forged, new byte[0], key);
        }
    }

    private record Said(int code, String text) {}

    /** Runs the command with the auditor's keys in a fresh directory. */
    private Said auditOnce(DemoFederation federation, String name, String bootstrap) throws IOException {
        Path fresh = directory.resolve(name);
        Files.createDirectories(fresh.resolve("keys"));
        Path auditor = federation.party(DemoFederation.AUDITOR);
        for (String file : List.of("party.properties", "authority.spki", "keys/identity.pem", "keys/kem-1.pem")) {
            Files.copy(auditor.resolve(file), fresh.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        }
        PartyDirectory party = PartyDirectory.open(fresh);
        PartyConfig config = party.config();
        party.replaceConfig(new PartyConfig(
                config.name(),
                config.role(),
                config.organisation(),
                config.federation(),
                bootstrap,
                "",
                Optional.empty()));
        return silofold("auditor", "--dir", fresh.toString(), "--once");
    }

    private static Said silofold(String... arguments) {
        StringWriter text = new StringWriter();
        CommandLine silofold = Silofold.commandLine();
        silofold.setOut(new PrintWriter(text));
        silofold.setErr(new PrintWriter(text));
        int code = silofold.execute(arguments);
        return new Said(code, text.toString());
    }

    private static SortedMap<Long, SignedRecord<ModelManifest>> published(String bootstrap) {
        SortedMap<Long, SignedRecord<ModelManifest>> published = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : LogCopy.read(bootstrap, TOPICS.modelManifests())) {
            if (!isManifest(record)) {
                continue;
            }
            SignedRecord<ModelManifest> signed =
                    SignedRecords.reread(ModelManifest.class, Purpose.MODEL_MANIFEST, record.value());
            published.put(signed.message().version(), signed);
        }
        return published;
    }

    private static Map<Long, List<Digest>> roots(SortedMap<Long, SignedRecord<ModelManifest>> published) {
        Map<Long, List<Digest>> roots = new LinkedHashMap<>();
        published.forEach((version, manifest) ->
                roots.put(version, List.of(manifest.digest(), manifest.message().shardsRoot())));
        return roots;
    }

    /** Manifest digest and root by version. */
    private static Map<Long, List<Digest>> countersigned(String bootstrap) {
        Map<Long, List<Digest>> signed = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record :
                LogCopy.read(bootstrap, TOPICS.countersignatures(DemoFederation.AUDITOR))) {
            Countersignature message = SignedRecords.reread(
                            Countersignature.class, Purpose.COUNTERSIGNATURE, record.value())
                    .message();
            signed.put(message.version(), List.of(message.manifestDigest(), message.shardsRoot()));
        }
        return signed;
    }
}
