package org.silofold.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.silofold.demo.local.LocalCluster;
import org.silofold.job.savepoint.GoldenSavepoint;
import org.silofold.job.savepoint.SavepointText;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.Topics;
import org.silofold.schemas.registry.RegistryDocuments;
import org.silofold.silo.admin.Authority;
import org.silofold.silo.admin.AuthorityConfig;
import org.silofold.silo.admin.EnrolmentRequests;
import org.silofold.silo.admin.InitialModel;
import org.silofold.silo.admin.PolicyFile;
import org.silofold.silo.admin.RegistryPublisher;
import org.silofold.silo.party.PartyConfig;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.sdk.UpdateStatus;

/** Makes a golden savepoint: runs a federation to where its job holds something of everything, stops the job, and packs what it left. */
final class GoldenWriter {
    /** Enrolments and roster hold for a century, so that the savepoint is good for as long as there are releases. */
    private static final Duration VALIDITY = Duration.ofDays(36_500);

    private final Path directory;

    /** @param directory an empty one to work in */
    GoldenWriter(Path directory) {
        this.directory = directory;
    }

    /** Writes {@code RELEASE.zip} and {@code RELEASE.txt} into a directory, and notes the release in {@code releases.txt}. */
    void write(String release, Path into) throws Exception {
        Path archive = into.resolve(release + ".zip");
        if (Files.exists(archive)) {
            throw new IllegalArgumentException(archive + " is there: a golden savepoint is never written anew");
        }
        run();
        List<String> stored = SavepointText.lines(
                directory.resolve("savepoint"), GoldenSavepoint.config(directory, "127.0.0.1:1", 1));
        pack(archive);
        Files.write(into.resolve(release + ".txt"), stored);
        Files.writeString(
                into.resolve("releases.txt"),
                release + "\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private void run() throws Exception {
        try (GoldenFederation federation = new GoldenFederation(directory)) {
            found(federation);
            try (LocalCluster cluster = LocalCluster.start(federation.config(1), 1, directory.resolve("flink"))) {
                federation.startAgents();
                work(federation);
                String savepoint = cluster.stopWithSavepoint(directory.resolve("savepoints"));
                Files.move(Path.of(URI.create(savepoint)), directory.resolve("savepoint"));
            }
        }
    }

    private static void work(GoldenFederation federation) {
        federation.submit(GoldenFederation.BUFFERED, "berlin", 0);
        federation.submit(GoldenFederation.BUFFERED, "lyon", 0);
        federation.untilVersion(GoldenFederation.BUFFERED, 1);
        UpdateId alone = federation.submit(GoldenFederation.BUFFERED, "berlin", 1);
        awaitAccepted(federation, "berlin", alone);
        Map<String, UpdateId> cohort = new TreeMap<>();
        for (String silo : List.of("berlin", "lyon")) {
            cohort.put(silo, federation.submit(GoldenFederation.REQUESTED, silo, 0));
        }
        cohort.forEach((silo, update) -> awaitAccepted(federation, silo, update));
        federation.stopAgents();
        federation.until(
                "the request",
                () -> !federation.requests(GoldenFederation.REQUESTED).isEmpty());
    }

    private static void awaitAccepted(GoldenFederation federation, String silo, UpdateId update) {
        federation.until(
                silo + "'s update is accepted", () -> federation.state(silo, update) == UpdateStatus.State.ACCEPTED);
    }

    /** Updates live for five minutes, so a restore finds them expired, whenever it is. */
    private static PolicyFile policy() {
        return PolicyFile.defaults(GoldenFederation.SILOS.size())
                .set("expiryMillis", 300_000)
                .set("voteTimeoutMillis", 20_000)
                .set("responseTimeoutMillis", 20_000);
    }

    private static PolicyFile buffered() {
        return policy().set("bufferSize", 2)
                .set("bufferAgeMillis", 86_400_000)
                .set("optimizer", "fedadam")
                .set("learningRate", 0.1)
                .set("adaptivity", 1e-3);
    }

    private static PolicyFile requested() {
        return policy().set("bufferSize", 3).set("bufferAgeMillis", 20_000);
    }

    private void found(GoldenFederation federation) throws Exception {
        federation.founding().topics();
        Path root = directory.resolve("federation/authority");
        AuthorityConfig config = new AuthorityConfig(GoldenFederation.NAME, federation.bootstrap(), "");
        try (Authority authority = Authority.init(root, config, Clock.systemUTC())) {
            for (String name : federation.parties()) {
                authority.enrol(enrolmentRequest(federation, name, authority.verifyingKey()));
            }
        }
        try (Authority authority = Authority.open(root, Clock.offset(Clock.systemUTC(), VALIDITY));
                RegistryPublisher publisher = new RegistryPublisher(config, new Properties())) {
            authority.roster(List.of());
            model(federation, authority, publisher, GoldenFederation.BUFFERED, buffered());
            model(federation, authority, publisher, GoldenFederation.REQUESTED, requested());
            publish(federation, authority);
        }
    }

    private byte[] enrolmentRequest(GoldenFederation federation, String name, VerifyingKey authority) throws Exception {
        PartyConfig config = new PartyConfig(
                name,
                GoldenFederation.role(name),
                name,
                GoldenFederation.NAME,
                federation.bootstrap(),
                "",
                Optional.empty());
        try (SigningKey identity = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
            Path party = directory.resolve("federation/parties").resolve(name);
            return EnrolmentRequests.make(
                    PartyDirectory.create(party, config, authority, identity), 1, Clock.systemUTC());
        }
    }

    private static void model(
            GoldenFederation federation,
            Authority authority,
            RegistryPublisher publisher,
            String model,
            PolicyFile policy)
            throws IOException {
        String set = authority.policy(model, policy).parameterSet();
        var tensors = federation.workload().tensors();
        InitialModel initial = new InitialModel(
                Authority.layout(tensors, set), federation.workload().initialParameters());
        authority.model(model, tensors, federation.workload().metrics(), initial);
        publisher.initialModel(authority, model, initial);
    }

    /** The documents, but with enrolments that hold as long as the roster. */
    private void publish(GoldenFederation federation, Authority authority) throws Exception {
        byte[] pem = Files.readAllBytes(directory.resolve("federation/authority/keys/root.pem"));
        try (SigningKey root = SigningKey.fromPem(pem)) {
            RegistryDocuments signer = new RegistryDocuments(GoldenFederation.NAME, Authority.NAME, root);
            for (Map.Entry<String, byte[]> document : authority.documents().entrySet()) {
                String key = document.getKey();
                byte[] record = key.startsWith("enrolment/")
                        ? enrolment(federation.party(key.substring("enrolment/".length())), signer)
                        : document.getValue();
                LogCopy.write(
                        federation.bootstrap(),
                        new Topics("").registry(),
                        key.getBytes(StandardCharsets.UTF_8),
                        record);
            }
        }
    }

    private static byte[] enrolment(PartyDirectory party, RegistryDocuments signer) {
        long now = System.currentTimeMillis();
        try (SigningKey identity = party.identityKey()) {
            return signer.enrolment(
                            party.name(),
                            party.config().organisation(),
                            party.config().role(),
                            2,
                            now - Duration.ofHours(1).toMillis(),
                            now + VALIDITY.toMillis(),
                            identity.verifyingKey())
                    .record();
        }
    }

    /** Only what a restore needs: of the authority, the public key. */
    private void pack(Path archive) throws IOException {
        Files.createDirectories(archive.getParent());
        try (OutputStream out = Files.newOutputStream(archive);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, Path> file : GoldenSavepoint.files(directory).entrySet()) {
                String name = file.getKey();
                if (isNeeded(name)) {
                    zip.putNextEntry(new ZipEntry(name));
                    Files.copy(file.getValue(), zip);
                    zip.closeEntry();
                }
            }
        }
    }

    /** Kafka makes its indices from its logs, an agent its endpoint at each start. */
    private static boolean isNeeded(String name) {
        return name.startsWith("savepoint/")
                || (name.startsWith("kafka/") && !name.endsWith("index"))
                || (name.startsWith("federation/parties/") && !name.endsWith("/agent.db"))
                || name.equals("federation/authority/authority.spki");
    }
}
