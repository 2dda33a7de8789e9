package org.silofold.silo.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.registry.EnrolmentRequest;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Revocation;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.registry.VoidVersion;
import org.silofold.silo.admin.AdminException;
import org.silofold.silo.admin.Authority;
import org.silofold.silo.admin.AuthorityConfig;
import org.silofold.silo.admin.PolicyFile;
import org.silofold.silo.admin.RegistryPublisher;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code silofold federation}: what the authority does. */
@Command(
        name = "federation",
        description = "The authority: found a federation, admit parties, sign roster and policy, publish them.",
        mixinStandardHelpOptions = true)
final class FederationCommand {
    @Spec
    private CommandSpec spec;

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    @Command(
            description = "Found a federation: a new directory with a fresh root key.",
            mixinStandardHelpOptions = true)
    int init(
            @Option(names = "--dir", required = true, paramLabel = "DIR", description = "The new directory.") Path dir,
            @Option(names = "--name", required = true, description = "The federation's name.") String name,
            @Option(names = "--bootstrap", required = true, paramLabel = "HOST:PORT", description = "Kafka.")
                    String bootstrap,
            @Option(names = "--prefix", defaultValue = "", description = "Put before every topic name.") String prefix)
            throws IOException {
        try (Authority authority =
                Authority.init(dir, new AuthorityConfig(name, bootstrap, prefix), Clock.systemUTC())) {
            out().println("federation " + name + " founded in " + dir);
            out().println("give " + dir.resolve("authority.spki") + " to every party; its SHA-256 is "
                    + Digest.sha256(authority.verifyingKey().spki()).hex());
        }
        return 0;
    }

    @Command(
            description = "Admit parties: check their requests and sign their enrolments.",
            mixinStandardHelpOptions = true)
    int admit(
            @Mixin AuthorityOption option,
            @Parameters(arity = "1..*", paramLabel = "REQUEST", description = "Files that parties made.")
                    List<Path> requests)
            throws IOException {
        try (Authority authority = option.open()) {
            for (Path request : requests) {
                print(authority.enrol(Files.readAllBytes(request)));
            }
        }
        return 0;
    }

    private void print(EnrolmentRequest granted) {
        out().println("enrolled " + granted.subject() + " of " + granted.organisation() + " as "
                + granted.role().code() + ", key " + Digest.sha256(granted.identityKey()));
    }

    @Command(description = "Sign the roster of the next epoch: all enrolled parties.", mixinStandardHelpOptions = true)
    int roster(
            @Mixin AuthorityOption option,
            @Option(
                            names = "--committee",
                            split = ",",
                            paramLabel = "NAME",
                            description = "Committee in seat order; all silos by default.")
                    List<String> committee)
            throws IOException {
        try (Authority authority = option.open()) {
            Roster roster = authority.roster(committee == null ? List.of() : committee);
            CommitteeSize size = new CommitteeSize(roster.committee().size());
            out().println("epoch " + roster.epoch() + ": silos " + roster.silos() + ", committee " + roster.committee()
                    + " (threshold " + size.threshold() + ", tolerates " + size.faults() + " malicious), aggregator "
                    + roster.aggregator());
        }
        return 0;
    }

    @Command(description = "Sign a model's policy.", mixinStandardHelpOptions = true)
    int policy(
            @Mixin AuthorityOption option,
            @Option(names = "--model", required = true, description = "The model.") String model,
            @Option(names = "--organisations", required = true, description = "Organisations that take part.")
                    int organisations,
            @Option(names = "--file", paramLabel = "FILE", description = "Properties; the rest has its default.")
                    Path file)
            throws IOException {
        PolicyFile policy = PolicyFile.defaults(organisations);
        if (file != null) {
            policy.read(file);
        }
        try (Authority authority = option.open()) {
            Policy signed = authority.policy(model, policy);
            out().println("policy " + signed.sequence() + " of model " + model + ": cohorts of " + signed.minCohort()
                    + " to " + signed.maxCohort() + ", buffer " + signed.bufferSize() + ", " + signed.optimizer()
                    + ", clip " + signed.clip());
        }
        return 0;
    }

    @Command(description = "Withdraw a party's enrolment.", mixinStandardHelpOptions = true)
    int revoke(
            @Mixin AuthorityOption option,
            @Option(names = "--subject", required = true, description = "Whose.") String subject,
            @Option(names = "--why", required = true, description = "For the record.") String why)
            throws IOException {
        try (Authority authority = option.open()) {
            Revocation revoked = authority.revoke(subject, why);
            out().println("revoked " + revoked.subject() + "; publish to make it known");
        }
        return 0;
    }

    @Command(description = "Withdraw a party's enrolment for some days.", mixinStandardHelpOptions = true)
    int suspend(
            @Mixin AuthorityOption option,
            @Option(names = "--subject", required = true, description = "Whose.") String subject,
            @Option(names = "--why", required = true, description = "For the record.") String why,
            @Option(names = "--days", required = true, paramLabel = "N", description = "How many days.") int days)
            throws IOException {
        try (Authority authority = option.open()) {
            Revocation suspended = authority.suspend(subject, why, Duration.ofDays(days));
            out().println("suspended " + suspended.subject() + " until " + Instant.ofEpochMilli(suspended.untilMillis())
                    + "; publish to make it known");
        }
        return 0;
    }

    @Command(description = "End a party's revocation or suspension.", mixinStandardHelpOptions = true)
    int reinstate(
            @Mixin AuthorityOption option,
            @Option(names = "--subject", required = true, description = "Whose.") String subject,
            @Option(names = "--why", required = true, description = "For the record.") String why)
            throws IOException {
        try (Authority authority = option.open()) {
            Revocation ended = authority.reinstate(subject, why);
            out().println("reinstated " + ended.subject() + "; publish to make it known");
        }
        return 0;
    }

    @Command(
            name = "void",
            description =
                    "Allow a version that repeats the parameters of the one before, so that silos may train again.")
    int voidVersion(
            @Mixin AuthorityOption option,
            // Not the standard mixin: its --version would be another.
            @Option(
                            names = {"-h", "--help"},
                            usageHelp = true,
                            description = "Show this help message and exit.")
                    boolean help,
            @Option(names = "--model", required = true, description = "The model.") String model,
            @Option(names = "--version", required = true, paramLabel = "VERSION", description = "The void version.")
                    long version,
            @Option(
                            names = "--previous",
                            required = true,
                            paramLabel = "DIGEST",
                            description = "Manifest digest of the version before it.")
                    String previous,
            @Option(names = "--why", required = true, description = "For the record.") String why)
            throws IOException {
        try (Authority authority = option.open()) {
            VoidVersion signed = authority.voidVersion(model, version, digest(previous), why);
            out().println("version " + signed.version() + " of " + model + " may be void after "
                    + signed.previousDigest().hex() + "; publish to make it known");
        }
        return 0;
    }

    private static Digest digest(String hex) {
        try {
            return Digest.ofHex(hex);
        } catch (IllegalArgumentException e) {
            throw new AdminException("--previous is a digest of 64 hexadecimal digits, not " + hex, e);
        }
    }

    @Command(description = "Publish all signed documents to Kafka.", mixinStandardHelpOptions = true)
    int publish(@Mixin AuthorityOption option) throws IOException {
        try (Authority authority = option.open();
                RegistryPublisher publisher = option.publisher(authority)) {
            out().println("published " + publisher.documents(authority) + " documents to "
                    + authority.config().bootstrap());
        }
        return 0;
    }
}
