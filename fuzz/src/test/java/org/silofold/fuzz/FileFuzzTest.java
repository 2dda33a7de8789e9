package org.silofold.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.silofold.job.config.ConfigException;
import org.silofold.job.config.JobConfig;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.codec.RawHeaders;
import org.silofold.silo.admin.AdminException;
import org.silofold.silo.admin.PolicyFile;
import org.silofold.silo.io.TensorFileException;
import org.silofold.silo.io.TensorFiles;
import org.silofold.silo.party.PartyConfig;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.party.PartyException;

/** Files that a person or a program of the party hands in: each is refused with one line. */
class FileFuzzTest {
    private static final List<TensorSpec> MODEL =
            List.of(new TensorSpec("w", List.of(2, 3)), new TensorSpec("b", List.of(2)));
    private static final Path DIRECTORY = directory();

    private static Path directory() {
        Path directory = TemporaryDirectory.create();
        try (SigningKey key = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
            PartyConfig config = new PartyConfig("a", Role.SILO, "b", "c", "h:1", "", Optional.empty());
            PartyDirectory.create(directory.resolve("party"), config, key.verifyingKey(), key);
        }
        return directory;
    }

    private static Path file(String name, byte[] content) {
        try {
            return Files.write(DIRECTORY.resolve(name), content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @FuzzTest
    void policyFile(byte[] data) {
        Path file = file("policy.properties", data);
        Oracle.accepts(
                () -> PolicyFile.defaults(4)
                        .read(file)
                        .toPolicy(RawHeaders.samples().get(Purpose.POLICY).context(), 1),
                AdminException.class);
    }

    @FuzzTest
    void partyDirectory(byte[] data) {
        file("party/party.properties", data);
        Oracle.accepts(
                () -> {
                    PartyConfig config =
                            PartyDirectory.open(DIRECTORY.resolve("party")).config();
                    PartyDirectory again =
                            PartyDirectory.open(DIRECTORY.resolve("party")).replaceConfig(config);
                    Oracle.require(
                            PartyDirectory.open(again.root()).config().equals(config), "written, it reads otherwise");
                },
                PartyException.class);
    }

    @FuzzTest
    void jobConfig(byte[] data) {
        Path file = file("job.properties", data);
        Oracle.accepts(() -> JobConfig.ofArguments(new String[] {"--config", file.toString()}), ConfigException.class);
        String[] arguments = new String(data, StandardCharsets.UTF_8).split("\n", -1);
        if (List.of(arguments).contains("--config")) {
            return;
        }
        Oracle.accepts(() -> JobConfig.ofArguments(arguments), ConfigException.class);
    }

    @FuzzTest
    void npy(byte[] data) {
        Path file = file("model.npy", data);
        Oracle.accepts(() -> TensorFiles.readParameters(file, MODEL), TensorFileException.class);
        Oracle.accepts(() -> TensorFiles.readParameters(file, MODEL.subList(0, 1)), TensorFileException.class);
    }

    @FuzzTest
    void safetensors(byte[] data) {
        Path file = file("model.safetensors", data);
        Oracle.accepts(() -> TensorFiles.readParameters(file, MODEL), TensorFileException.class);
    }
}
