package org.silofold.silo.party;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.sign.SigningKey;

class PartyDirectoryTest {
    private static final Suite SUITE = Suite.ML_KEM_768_ML_DSA_65;

    @TempDir
    Path temporary;

    private final SigningKey authority = SigningKey.generate(SUITE);
    private final SigningKey identity = SigningKey.generate(SUITE);
    private Path root;
    private PartyDirectory party;

    @BeforeEach
    void create() {
        root = temporary.resolve("deep/party");
        PartyConfig config = new PartyConfig(
                "silo-1",
                Role.SILO,
                "clinic",
                "demo",
                "localhost:9092",
                "test",
                Optional.of(Path.of("kafka.properties")));
        party = PartyDirectory.create(root, config, authority.verifyingKey(), identity);
    }

    @Test
    void whatWasWrittenIsRead() throws IOException {
        PartyDirectory read = PartyDirectory.open(root);
        assertThat(read.config()).isEqualTo(party.config());
        assertThat(read.authorityKey()).isEqualTo(authority.verifyingKey());
        try (SigningKey key = read.identityKey()) {
            assertThat(key.verifyingKey()).isEqualTo(identity.verifyingKey());
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("keys/identity.pem"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root)))
                .isEqualTo("rwx------");
        Files.writeString(root.resolve("kafka.properties"), "security.protocol=SSL\n");
        assertThat(read.kafkaProperties())
                .containsEntry("security.protocol", "SSL")
                .containsEntry("bootstrap.servers", "localhost:9092");
    }

    @Test
    void kemKeysAreKeptByEpoch() {
        try (KemPrivateKey first = party.kemKeyOrNew(3);
                KemPrivateKey again = party.kemKeyOrNew(3);
                KemPrivateKey other = party.kemKeyOrNew(4)) {
            assertThat(again.publicKey()).isEqualTo(first.publicKey());
            assertThat(other.publicKey()).isNotEqualTo(first.publicKey());
        }
        assertThat(party.kemEpochs()).containsExactly(3, 4);
        assertThat(party.eraseKemKey(3)).isTrue();
        assertThat(party.eraseKemKey(3)).isFalse();
        assertThat(party.hasKemKey(3)).isFalse();
    }

    @Test
    void aWrongFileIsNamedInOneLine() throws IOException {
        Path pem = root.resolve("keys/identity.pem");
        byte[] good = Files.readAllBytes(pem);
        Path kem = root.resolve("keys/kem-1.pem");
        party.kemKeyOrNew(1).close();
        assertFails(() -> PartyDirectory.open(temporary), "party.properties: no such file");
        PrivateFiles.write(pem, Files.readAllBytes(kem));
        assertFails(() -> PartyDirectory.open(root), "identity.pem: not an ML-DSA-65 private key");
        PrivateFiles.write(pem, "hello".getBytes(StandardCharsets.UTF_8));
        assertFails(() -> PartyDirectory.open(root), "identity.pem: not an ML-DSA-65 private key");
        PrivateFiles.write(pem, new byte[100_000]);
        assertFails(() -> PartyDirectory.open(root), "identity.pem: too large");
        Files.delete(pem);
        assertFails(() -> PartyDirectory.open(root), "identity.pem: no such file");
        PrivateFiles.write(pem, good);
        PrivateFiles.write(kem, good);
        assertFails(() -> party.kemKey(1), "kem-1.pem: not an ML-KEM-768 private key");
        Files.setPosixFilePermissions(pem, PosixFilePermissions.fromString("rw-r--r--"));
        assertFails(() -> PartyDirectory.open(root), "identity.pem: readable by others");
        PrivateFiles.write(pem, good);
        PrivateFiles.write(root.resolve("authority.spki"), good);
        assertFails(() -> PartyDirectory.open(root), "authority.spki: not an ML-DSA-65 public key");
    }

    @Test
    void aWrongSettingIsNamedInOneLine() throws IOException {
        Path file = root.resolve("party.properties");
        String good = Files.readString(file);
        Files.writeString(file, good.replace("role=silo", "role=king"));
        assertFails(() -> PartyDirectory.open(root), "unknown role: king");
        Files.writeString(file, good.replace("name=silo-1", "name=Silo One"));
        assertFails(() -> PartyDirectory.open(root), "name is not a name");
        Files.writeString(file, good.replace("bootstrap=", "bootsrap="));
        assertFails(() -> PartyDirectory.open(root), "unknown key bootsrap");
        Files.writeString(file, good.replace("organisation=clinic", ""));
        assertFails(() -> PartyDirectory.open(root), "organisation is missing");
        Files.writeString(file, good.replace("topicPrefix=test", "topicPrefix=UPPER"));
        assertFails(() -> PartyDirectory.open(root), "topicPrefix");
        Files.writeString(file, good);
        assertFails(party::kafkaProperties, "kafka.properties");
    }

    @Test
    void aDirectoryIsMadeOnce() {
        assertFails(
                () -> PartyDirectory.create(root, party.config(), authority.verifyingKey(), identity),
                "already a party's directory");
    }

    private static void assertFails(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOf(PartyException.class)
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
    }
}
