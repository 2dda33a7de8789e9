package org.silofold.silo.chain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.silofold.protocol.message.Digest;
import org.silofold.silo.party.PrivateFiles;

/**
 * Keeps what proves a lie: both whole records of two manifests for one version, as
 * {@code <model>-<version>-<digest>.rec}.
 */
public final class Evidence {
    private final Path directory;

    /** Evidence in this directory, which is made when there is some. */
    public Evidence(Path directory) {
        this.directory = directory;
    }

    /**
     * Keeps two manifests for one version, durably.
     *
     * @param first the record that stands
     * @param second the other
     * @return one line for a person
     */
    public String keep(
            String model, long version, Digest firstDigest, byte[] first, Digest secondDigest, byte[] second) {
        String name = model + "-" + version + "-";
        try {
            PrivateFiles.directory(directory);
            PrivateFiles.write(directory.resolve(name + firstDigest.hex() + ".rec"), first);
            PrivateFiles.write(directory.resolve(name + secondDigest.hex() + ".rec"), second);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "the aggregator signed two manifests for version " + version + " of " + model + "; both are in "
                + directory;
    }
}
