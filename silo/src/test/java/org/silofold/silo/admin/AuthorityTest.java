package org.silofold.silo.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.Revocation;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.protocol.registry.VoidVersion;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.silo.party.PartyConfig;
import org.silofold.silo.party.PartyDirectory;

/** The authority signs what it may, keeps it with growing sequences, and refuses the rest before it signs anything. */
final class AuthorityTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    private static final AuthorityConfig CONFIG = new AuthorityConfig("hospitals", "127.0.0.1:9092", "");
    private static final List<TensorSpec> TENSORS = List.of(new TensorSpec("weights", List.of(2, 3)));

    @TempDir
    private Path root;

    private Path directory;

    @BeforeEach
    void found() throws IOException {
        directory = root.resolve("authority");
        Authority.init(directory, CONFIG, CLOCK).close();
    }

    private Authority open() throws IOException {
        return Authority.open(directory, CLOCK);
    }

    private byte[] request(Authority authority, String name, Role role, String federation) {
        PartyConfig config =
                new PartyConfig(name, role, "org-" + name, federation, "127.0.0.1:9092", "", Optional.empty());
        try (SigningKey identity = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
            return EnrolmentRequests.make(
                    PartyDirectory.create(
                            root.resolve(federation + "-" + name), config, authority.verifyingKey(), identity),
                    1,
                    CLOCK);
        }
    }

    private void enrolAll(Authority authority, String... silos) throws IOException {
        authority.enrol(request(authority, "aggregator", Role.AGGREGATOR, "hospitals"));
        for (String silo : silos) {
            authority.enrol(request(authority, silo, Role.SILO, "hospitals"));
        }
    }

    private static InitialModel initial(float... parameters) {
        return new InitialModel(Authority.layout(TENSORS, "MASK-2048-32"), parameters);
    }

    @Test
    void foundsAFederationOnce() throws IOException {
        try (Authority authority = open()) {
            assertThat(authority.config()).isEqualTo(CONFIG);
            assertThat(Files.readAllBytes(directory.resolve("authority.spki")))
                    .isEqualTo(authority.verifyingKey().spki());
        }
        assertThat(Files.getPosixFilePermissions(directory.resolve("keys/root.pem")))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        assertThatThrownBy(() -> Authority.init(directory, CONFIG, CLOCK))
                .isInstanceOf(AdminException.class)
                .hasMessageContaining("holds a federation already");
    }

    @Test
    void enrolsAndSignsARosterOfAllSilosInOrder() throws IOException {
        try (Authority authority = open()) {
            enrolAll(authority, "turin", "lyon", "berlin", "porto");
            Roster roster = authority.roster(List.of());
            assertThat(roster.epoch()).isEqualTo(1);
            assertThat(roster.silos()).containsExactly("berlin", "lyon", "porto", "turin");
            assertThat(roster.committee()).isEqualTo(roster.silos());
            assertThat(roster.aggregator()).isEqualTo("aggregator");
            assertThat(authority.documents().keySet())
                    .contains("roster", "enrolment/aggregator", "enrolment/berlin", "enrolment/turin");
        }
    }

    @Test
    void sequencesGrowOverRestarts() throws IOException {
        try (Authority authority = open()) {
            enrolAll(authority, "a", "b", "c", "d");
            assertThat(authority.roster(List.of()).sequence()).isEqualTo(1);
            assertThat(authority.policy("risk", PolicyFile.defaults(4)).sequence())
                    .isEqualTo(1);
            assertThat(authority
                            .model("risk", TENSORS, List.of(), initial(new float[6]))
                            .sequence())
                    .isEqualTo(1);
        }
        try (Authority authority = open()) {
            Roster second = authority.roster(List.of("d", "c", "b", "a"));
            assertThat(second.sequence()).isEqualTo(2);
            assertThat(second.epoch()).isEqualTo(2);
            assertThat(second.committee()).containsExactly("d", "c", "b", "a");
            assertThat(authority.policy("risk", PolicyFile.defaults(4)).sequence())
                    .isEqualTo(2);
            assertThat(authority
                            .model("risk", TENSORS, List.of(), initial(new float[6]))
                            .sequence())
                    .isEqualTo(2);
            assertThat(authority.revoke("a", "left").sequence()).isEqualTo(1);
        }
    }

    @Test
    void anEnrolledAuditorIsInTheRoster() throws IOException {
        try (Authority authority = open()) {
            enrolAll(authority, "a", "b", "c", "d");
            authority.enrol(request(authority, "press", Role.AUDITOR, "hospitals"));
            Roster roster = authority.roster(List.of());
            assertThat(roster.auditors()).containsExactly("press");
            assertThat(roster.silos()).doesNotContain("press");
        }
    }

    @Test
    void suspendsForATimeAndReinstates() throws IOException {
        try (Authority authority = open()) {
            enrolAll(authority, "a", "b", "c", "d");
            long now = CLOCK.millis();
            Revocation suspended = authority.suspend("a", "audit", Duration.ofDays(3));
            assertThat(suspended.isInForce(now)).isTrue();
            assertThat(suspended.isInForce(now + Duration.ofDays(3).toMillis() - 1))
                    .isTrue();
            assertThat(suspended.isInForce(now + Duration.ofDays(3).toMillis())).isFalse();
            assertThat(authority.revoke("a", "key lost").isInForce(Long.MAX_VALUE))
                    .isTrue();
            Revocation reinstated = authority.reinstate("a", "key found");
            assertThat(reinstated.sequence()).isEqualTo(3);
            assertThat(reinstated.isInForce(now)).isFalse();
            assertThat(reinstated.isInForce(Long.MAX_VALUE)).isFalse();
            assertThatThrownBy(() -> authority.suspend("b", "why", Duration.ZERO))
                    .isInstanceOf(AdminException.class);
            assertThatThrownBy(() -> authority.reinstate("b", "why"))
                    .isInstanceOf(AdminException.class)
                    .hasMessage("b is not revoked");
        }
    }

    @Test
    void refusesADocumentChangedOnDisk() throws IOException {
        try (Authority authority = open()) {
            enrolAll(authority, "a", "b", "c", "d");
            authority.roster(List.of());
        }
        Path roster;
        try (Stream<Path> files = Files.list(directory.resolve("documents"))) {
            roster = files.filter(file -> file.getFileName().toString().startsWith("roster"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] record = Files.readAllBytes(roster);
        record[record.length - 1] ^= 1;
        Files.write(roster, record);
        try (Authority authority = open()) {
            assertThatThrownBy(() -> authority.roster(List.of()))
                    .isInstanceOf(AdminException.class)
                    .hasMessageContaining("document roster was changed on disk");
            assertThat(Files.readAllBytes(roster)).isEqualTo(record);
        }
    }

    @Test
    void refusesARequestOfAnotherFederationOrChangedOnItsWay() throws IOException {
        try (Authority authority = open()) {
            byte[] other = request(authority, "berlin", Role.SILO, "banks");
            assertThatThrownBy(() -> authority.enrol(other))
                    .isInstanceOf(AdminException.class)
                    .hasMessageContaining("not a valid enrolment request");
            byte[] changed = request(authority, "berlin", Role.SILO, "hospitals");
            changed[changed.length - 1] ^= 1;
            assertThatThrownBy(() -> authority.enrol(changed)).isInstanceOf(AdminException.class);
            assertThatThrownBy(() -> authority.enrol(new byte[] {1, 2, 3})).isInstanceOf(AdminException.class);
            assertThat(authority.documents()).isEmpty();
        }
    }

    @Test
    void refusesAWrongRootKey() throws IOException {
        Path keyFile = directory.resolve("keys/root.pem");
        Files.writeString(keyFile, "garbage");
        assertThatThrownBy(this::open)
                .isInstanceOf(AdminException.class)
                .hasMessageStartingWith(keyFile + ": ")
                .hasMessageNotContaining("\n");
        try (SigningKey other = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
            Files.write(keyFile, other.toPem());
        }
        assertThatThrownBy(this::open)
                .isInstanceOf(AdminException.class)
                .hasMessage(keyFile + ": not the private key of authority.spki");
        Files.delete(keyFile);
        assertThatThrownBy(this::open).isInstanceOf(AdminException.class).hasMessage(keyFile + ": no such file");
    }

    @Test
    void refusesARosterWithoutAggregatorOrWithAStranger() throws IOException {
        try (Authority authority = open()) {
            assertThatThrownBy(() -> authority.roster(List.of()))
                    .isInstanceOf(AdminException.class)
                    .hasMessageContaining("exactly one enrolled aggregator");
            enrolAll(authority, "a", "b", "c", "d");
            assertThatThrownBy(() -> authority.roster(List.of("a", "b", "c", "stranger")))
                    .isInstanceOf(AdminException.class)
                    .hasMessageContaining("stranger is not enrolled");
            assertThatThrownBy(() -> authority.revoke("stranger", "why"))
                    .isInstanceOf(AdminException.class)
                    .hasMessage("stranger is not enrolled");
        }
    }

    @Test
    void refusesAnInitialModelThatIsNotFiniteOrOfAnotherSize() {
        assertThatThrownBy(() -> initial(0, 1, Float.NaN, 0, 0, 0)).hasMessageContaining("parameter 2 is not finite");
        assertThatThrownBy(() -> initial(0, 1)).hasMessageContaining("has 2 parameters, not 6");
    }

    @Test
    void allowsAsManyVoidVersionsInARowAsPolicyDoes() throws IOException {
        Digest previous = Digest.sha256(new byte[] {1});
        try (Authority authority = open()) {
            assertThatThrownBy(() -> authority.voidVersion("heart", 1, previous, "why"))
                    .isInstanceOf(AdminException.class)
                    .hasMessageContaining("no policy");
            authority.policy("heart", PolicyFile.defaults(3));
            assertThatThrownBy(() -> authority.voidVersion("heart", 1, previous, "why"))
                    .isInstanceOf(AdminException.class)
                    .hasMessageContaining("maxVoids 0");
            authority.policy("heart", PolicyFile.defaults(3).set("maxVoids", 2));
            VoidVersion first = authority.voidVersion("heart", 1, previous, "why");
            assertThat(authority.voidVersion("heart", 1, previous, "asked again"))
                    .isEqualTo(first);
            authority.voidVersion("heart", 3, previous, "why");
            int documents = authority.documents().size();
            assertThatThrownBy(() -> authority.voidVersion("heart", 2, previous, "joins 1 to 3"))
                    .isInstanceOf(AdminException.class)
                    .hasMessageContaining("3 void versions in a row");
            assertThat(authority.documents()).hasSize(documents);
            // A wrong digest can be put right.
            assertThat(authority
                            .voidVersion("heart", 1, Digest.sha256(new byte[] {2}), "corrected")
                            .sequence())
                    .isEqualTo(2);
        }
    }

    @Test
    void refusesPrivacyForAModelThatCannotHaveIt() throws IOException {
        List<MetricSpec> metrics = List.of(new MetricSpec("loss", 0, 1));
        PolicyFile secret = PolicyFile.defaults(3)
                .set("weightRule", "uniform")
                .set("stalenessExponent", 0)
                .set("minWeight", 1)
                .set("privacy.l2Clip", 1)
                .set("privacy.noiseMultiplier", 1)
                .set("privacy.colluders", 0)
                .set("privacy.epsilon", 8)
                .set("privacy.delta", 1e-6);
        try (Authority authority = open()) {
            authority.policy("policy-first", secret);
            assertThatThrownBy(() -> authority.model("policy-first", TENSORS, metrics, initial(new float[6])))
                    .isInstanceOf(AdminException.class)
                    .hasMessageContaining("names metrics, the first loss");
            authority.model("policy-first", TENSORS, List.of(), initial(new float[6]));
            authority.policy("spec-first", PolicyFile.defaults(3));
            authority.model("spec-first", TENSORS, metrics, initial(new float[6]));
            assertThatThrownBy(() -> authority.policy("spec-first", secret))
                    .isInstanceOf(AdminException.class)
                    .hasMessageContaining("names metrics");
            assertThatThrownBy(() -> authority.policy("policy-first", secret.set("privacy.noiseMultiplier", 1e-7)))
                    .isInstanceOf(AdminException.class)
                    .hasMessageContaining("model policy-first: the noise must be at least 64 units wide");
            assertThatThrownBy(() -> authority.policy("policy-first", PolicyFile.defaults(3)))
                    .isInstanceOf(AdminException.class)
                    .hasMessageContaining("model policy-first is private, and this policy asks for no privacy");
            secret.set("privacy.noiseMultiplier", 1);
            assertThat(authority.policy("policy-first", secret).sequence()).isEqualTo(2);
            authority.policy("later", PolicyFile.defaults(3));
            authority.policy("later", secret);
            authority.policy("plain", PolicyFile.defaults(3));
            authority.model("plain", TENSORS, List.of(), initial(new float[6]));
            assertThatThrownBy(() -> authority.policy("plain", secret))
                    .isInstanceOf(AdminException.class)
                    .hasMessageContaining("model plain is not private, and this policy asks for privacy");
            assertThat(authority.policy("spec-first", PolicyFile.defaults(3)).sequence())
                    .as("what was refused took no sequence")
                    .isEqualTo(2);
        }
    }
}
