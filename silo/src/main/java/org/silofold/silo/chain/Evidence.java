package org.silofold.silo.chain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.reason.Reason;
import org.silofold.silo.party.PrivateFiles;
import org.silofold.silo.store.StoredManifest;

/**
 * Keeps what proves a lie, durably: whole signed records of manifests, as {@code <model>-<version>-<digest>.rec}, and beside a wrong one
 * what was found, as {@code .audit}. Fails with an {@link UncheckedIOException}.
 */
public final class Evidence {
    private final Path directory;

    /** Evidence in this directory, which is made when there is some. */
    public Evidence(Path directory) {
        this.directory = directory;
    }

    /**
     * Keeps two manifests for one version.
     *
     * @param first the record that stands
     * @param second the other
     * @return one line for a person
     */
    public String twoManifests(
            String model, long version, Digest firstDigest, byte[] first, Digest secondDigest, byte[] second) {
        keep(name(model, version, firstDigest) + ".rec", first);
        keep(name(model, version, secondDigest) + ".rec", second);
        return "the aggregator signed two manifests for version " + version + " of " + model + "; both are in "
                + directory;
    }

    /**
     * Keeps the manifest of a version that is not what it says, the one before it, and what is wrong.
     *
     * @param before the manifest before it; empty for version 0
     * @param line one line for a person
     */
    public void wrongVersion(StoredManifest link, Optional<StoredManifest> before, Reason reason, String line) {
        keep(name(link) + ".rec", link.record());
        before.ifPresent(earlier -> keep(name(earlier) + ".rec", earlier.record()));
        keep(name(link) + ".audit", (reason.code() + "\n" + line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String name(StoredManifest link) {
        return name(link.model(), link.version(), link.digest());
    }

    private static String name(String model, long version, Digest digest) {
        return model + "-" + version + "-" + digest.hex();
    }

    private void keep(String name, byte[] content) {
        try {
            PrivateFiles.directory(directory);
            PrivateFiles.write(directory.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
