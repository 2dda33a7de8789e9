package org.silofold.silo.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;
import org.silofold.schemas.registry.RegistryDocuments.Document;
import org.silofold.silo.agent.AuditedFederation;

/** A log of real records that a test tampers with: three versions after the first, and an update that ended. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TamperedLog {
    static final int PARAMETERS = 2 * 2048 - 5;
    static final String FIRST = AuditedFederation.SILOS.get(0);
    static final String SECOND = AuditedFederation.SILOS.get(1);
    static final String THIRD = AuditedFederation.SILOS.get(2);
    static final Topics TOPICS = History.TOPICS;

    final long seed = System.nanoTime();
    final List<ModelManifest> versions = new ArrayList<>();
    Path directory;
    AuditedFederation federation;
    UpdateRef ended;
    History log;

    /** The log as it is right, and the one in which all members and the aggregator put an update of version 3 into version 4. */
    History honest;

    History spentTwice;

    @BeforeAll
    void found(@TempDir Path fresh) throws IOException {
        System.out.println(getClass().getSimpleName() + " seed " + seed);
        directory = fresh;
        federation = new AuditedFederation(directory.resolve("federation"), PARAMETERS, seed);
        versions.add(federation.initial());
        versions.add(federation.next(versions.get(0), 0, List.of(FIRST, SECOND)));
        versions.add(federation.next(versions.get(1), 1, AuditedFederation.SILOS));
        versions.add(federation.next(versions.get(2), 2, List.of(SECOND, THIRD)));
        ended = federation.submit(FIRST, 2);
        honest = history(versions, federation.modelShards);
        List<UpdateRef> cohort =
                new ArrayList<>(List.of(versions.get(3).cohort().get(0)));
        cohort.add(federation.submit(FIRST, 3));
        List<ModelManifest> five = new ArrayList<>(versions);
        five.add(federation.publish(versions.get(3), cohort));
        List<byte[]> shards = new ArrayList<>(federation.modelShards);
        shards.add(federation.modelShard(4, federation.parameters(), 0));
        spentTwice = history(five, shards);
    }

    @AfterAll
    void stop() throws IOException {
        federation.close();
    }

    @BeforeEach
    void fresh() {
        log = honest.copy();
    }

    private History history(List<ModelManifest> versions, List<byte[]> modelShards) {
        History made = new History("demo", federation.authorityKey());
        long[] now = {0};
        federation.log.forEach((name, record) -> {
            now[0] = record.timestampMillis();
            String party = name.get(1);
            String topic =
                    switch (name.get(0)) {
                        case "manifest" -> TOPICS.manifests(party);
                        case "shard" -> TOPICS.updates(party);
                        case "vote" -> TOPICS.votes(party);
                        case "response" -> TOPICS.responses(party);
                        default -> TOPICS.initialModels();
                    };
            made.add(topic, null, record.value(), now[0]);
        });
        for (Document document : federation.documents()) {
            made.add(TOPICS.registry(), document.keyBytes(), document.record(), now[0]);
        }
        for (ModelManifest version : versions) {
            made.add(TOPICS.modelManifests(), Topics.modelKey(AuditedFederation.MODEL), sign(version), now[0]);
            if (version.version() > 0) {
                made.add(TOPICS.unmaskRequests(), Topics.modelKey(AuditedFederation.MODEL), request(version), now[0]);
            }
            for (UpdateRef ref : version.cohort()) {
                fate(made, ref, UpdateFate.Kind.ACCEPTED, Optional.empty(), -1);
                fate(made, ref, UpdateFate.Kind.IN_VERSION, Optional.empty(), version.version());
            }
        }
        fate(made, ended, UpdateFate.Kind.REFUSED, Optional.of(Reason.EXPIRED), -1);
        modelShards.forEach(shard -> made.add(TOPICS.models(), null, shard, now[0]));
        return made;
    }

    void fate(History to, UpdateRef ref, UpdateFate.Kind kind, Optional<Reason> reason, long version) {
        to.add(TOPICS.fates(), null, federation.fate(ref, kind, reason, version), System.currentTimeMillis());
    }

    byte[] sign(ModelManifest manifest) {
        return federation.sign(manifest, AuditedFederation.AGGREGATOR);
    }

    byte[] request(ModelManifest version) {
        return federation.sign(
                new UnmaskRequest(
                        version.context().withPurpose(Purpose.UNMASK_REQUEST),
                        new Buffer(version.version(), version.attempt()),
                        version.previousDigest(),
                        version.cohort(),
                        Long.MAX_VALUE / 2,
                        List.of()),
                AuditedFederation.AGGREGATOR);
    }

    /** The record with this value. */
    History.Said said(byte[] value) {
        return log.records().stream()
                .filter(record -> Arrays.equals(record.value(), value))
                .findFirst()
                .orElseThrow();
    }

    /** A version's first manifest; its signature is not the same each time it is made. */
    History.Said manifest(long version) {
        return log.records().stream()
                .filter(record -> record.topic().equals(TOPICS.modelManifests()))
                .filter(record -> SignedRecords.reread(ModelManifest.class, Purpose.MODEL_MANIFEST, record.value())
                                .message()
                                .version()
                        == version)
                .findFirst()
                .orElseThrow();
    }

    Report settled() throws IOException {
        return log.check(directory, HistoryCheck.Mode.SETTLED);
    }

    /** Exactly findings of these kinds, each at a record. */
    static void finds(Report report, Finding.Kind... kinds) {
        Set<Finding.Kind> found =
                report.findings().stream().map(Finding::kind).collect(Collectors.toCollection(TreeSet::new));
        assertThat(found).as(String.join("\n", ReportText.lines(report))).containsExactlyInAnyOrder(kinds);
        assertThat(report.exitCode()).isEqualTo(Report.WRONG);
        assertThat(report.findings()).allMatch(finding -> finding.at().isPresent());
    }
}
