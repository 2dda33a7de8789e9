package org.silofold.silo.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.Topics;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.verify.HistoryCheck;
import org.silofold.silo.verify.LogCheck;
import org.silofold.silo.verify.Report;
import org.silofold.silo.verify.ReportJson;
import org.silofold.silo.verify.ReportText;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code silofold verify-log}: verifies the federation's whole history from its committed log. */
@Command(
        name = "verify-log",
        description = "Verify the federation's whole history from the committed records of its topics.",
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = 4,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:the log is right; without --key no version was made again, as the output says",
            "1:something is wrong",
            "2:bad usage",
            "3:nothing is known to be wrong, and not everything could be checked",
            "4:the log cannot be read"
        })
final class VerifyLogCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Source source;

    @Option(
            names = "--key",
            paramLabel = "DIR",
            description =
                    "Directory of the aggregator or an auditor: its keys open the updates, and every version is made again.")
    private Path key;

    @Option(names = "--settled", description = "Nothing goes on any more: an update that is still open is wrong.")
    private boolean settled;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the report there as well.")
    private Path json;

    /** Where the federation is known from. */
    static final class Source {
        @Option(
                names = "--dir",
                paramLabel = "DIR",
                description = "Any party's directory: its federation, broker and authority's key.")
        private Path directory;

        @ArgGroup(exclusive = false)
        private Named named;
    }

    /** The federation by its own names, for who is no party. */
    static final class Named {
        @Option(
                names = "--authority",
                required = true,
                paramLabel = "FILE",
                description = "The authority's public key, authority.spki.")
        private Path authority;

        @Option(names = "--federation", required = true, description = "The federation's name.")
        private String federation;

        @Option(names = "--bootstrap", required = true, paramLabel = "HOST:PORT", description = "Kafka.")
        private String bootstrap;

        @Option(names = "--prefix", defaultValue = "", description = "Put before every topic name.")
        private String prefix;

        @Option(names = "--client-config", paramLabel = "FILE", description = "Kafka client properties.")
        private Path clientConfig;
    }

    @Override
    public Integer call() throws IOException {
        if (json != null && !Files.isDirectory(json.toAbsolutePath().getParent())) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--json: there is no directory to write " + json + " in");
        }
        Report report = LogCheck.run(settings());
        ReportText.lines(report).forEach(spec.commandLine().getOut()::println);
        spec.commandLine().getOut().flush();
        if (json != null) {
            ReportJson.write(report, json);
        }
        return report.exitCode();
    }

    private LogCheck.Settings settings() throws IOException {
        Optional<PartyDirectory> opening = Optional.ofNullable(key).map(PartyDirectory::open);
        HistoryCheck.Mode mode = settled ? HistoryCheck.Mode.SETTLED : HistoryCheck.Mode.RUNNING;
        if (source.directory != null) {
            return LogCheck.Settings.of(PartyDirectory.open(source.directory), opening, mode);
        }
        Named named = source.named;
        Properties kafka = new Properties();
        if (named.clientConfig != null) {
            try (InputStream in = Files.newInputStream(named.clientConfig)) {
                kafka.load(in);
            }
        }
        kafka.setProperty("bootstrap.servers", named.bootstrap);
        VerifyingKey authority = SiloCommand.authorityKey(named.authority);
        return new LogCheck.Settings(kafka, new Topics(named.prefix), named.federation, authority, opening, mode);
    }
}
