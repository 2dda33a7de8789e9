package org.silofold.silo.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Properties;
import org.silofold.silo.admin.Authority;
import org.silofold.silo.admin.RegistryPublisher;
import picocli.CommandLine.Option;

/** The authority's directory, and its way to Kafka. */
final class AuthorityOption {
    @Option(names = "--dir", required = true, paramLabel = "DIR", description = "The authority's directory.")
    private Path directory;

    @Option(names = "--client-config", paramLabel = "FILE", description = "Kafka client properties, for TLS and such.")
    private Path clientConfig;

    Authority open() throws IOException {
        return Authority.open(directory, Clock.systemUTC());
    }

    RegistryPublisher publisher(Authority authority) throws IOException {
        Properties settings = new Properties();
        if (clientConfig != null) {
            try (InputStream in = Files.newInputStream(clientConfig)) {
                settings.load(in);
            }
        }
        return new RegistryPublisher(authority.config(), settings);
    }
}
