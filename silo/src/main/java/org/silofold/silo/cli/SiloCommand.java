package org.silofold.silo.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.silo.admin.AdminException;
import org.silofold.silo.admin.Authority;
import org.silofold.silo.admin.EnrolmentRequests;
import org.silofold.silo.party.PartyConfig;
import org.silofold.silo.party.PartyDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code silofold silo}: what a party does to become one. */
@Command(
        name = "silo",
        description = "A party: make its directory and keys, and ask to be enrolled.",
        mixinStandardHelpOptions = true)
final class SiloCommand {
    @Spec
    private CommandSpec spec;

    @Command(
            description = "Make a party's directory with fresh keys and its request to be enrolled.",
            mixinStandardHelpOptions = true)
    int enrol(
            @Option(names = "--dir", required = true, paramLabel = "DIR", description = "The new directory.") Path dir,
            @Option(names = "--name", required = true, description = "The party's name.") String name,
            @Option(names = "--organisation", required = true, description = "Its organisation.") String organisation,
            @Option(
                            names = "--role",
                            defaultValue = "silo",
                            description = "silo, member, aggregator or auditor (${DEFAULT-VALUE}).")
                    String role,
            @Option(names = "--federation", required = true, description = "The federation's name.") String federation,
            @Option(names = "--bootstrap", required = true, paramLabel = "HOST:PORT", description = "Kafka.")
                    String bootstrap,
            @Option(names = "--prefix", defaultValue = "", description = "Put before every topic name.") String prefix,
            @Option(
                            names = "--authority-key",
                            required = true,
                            paramLabel = "FILE",
                            description = "The authority's public key, authority.spki.")
                    Path authorityKey,
            @Option(names = "--client-config", paramLabel = "FILE", description = "Kafka client properties.")
                    Path clientConfig,
            @Option(names = "--epoch", defaultValue = "1", description = "Roster epoch to join (${DEFAULT-VALUE}).")
                    int epoch)
            throws IOException {
        PartyConfig config = new PartyConfig(
                name,
                role(role),
                organisation,
                federation,
                bootstrap,
                prefix,
                Optional.ofNullable(clientConfig).map(Path::toAbsolutePath));
        PartyDirectory party;
        try (SigningKey identity = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
            party = PartyDirectory.create(dir, config, authorityKey(authorityKey), identity);
        }
        Path request = dir.resolve("enrolment.request");
        Files.write(request, EnrolmentRequests.make(party, epoch, Clock.systemUTC()));
        spec.commandLine().getOut().println("made " + dir + "; hand " + request + " to the authority");
        return 0;
    }

    private static Role role(String code) {
        try {
            Role role = Role.ofCode(code);
            if (role != Role.AUTHORITY) {
                return role;
            }
        } catch (IllegalArgumentException e) {
            throw new AdminException("unknown role: " + code, e);
        }
        throw new AdminException("the role " + Authority.NAME + " is not given to others");
    }

    static VerifyingKey authorityKey(Path file) throws IOException {
        try {
            return VerifyingKey.fromSpki(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new AdminException(file + ": no such file", e);
        } catch (org.silofold.protocol.reason.RejectedException e) {
            throw new AdminException(file + ": " + e.getMessage(), e);
        }
    }
}
