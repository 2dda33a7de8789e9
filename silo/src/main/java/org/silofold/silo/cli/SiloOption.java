package org.silofold.silo.cli;

import java.nio.file.Path;
import org.silofold.silo.sdk.Silo;
import picocli.CommandLine.Option;

/** The party's directory, in which its agent runs. */
final class SiloOption {
    @Option(names = "--dir", required = true, paramLabel = "DIR", description = "The party's directory.")
    private Path directory;

    Silo connect() {
        return Silo.connect(directory);
    }
}
