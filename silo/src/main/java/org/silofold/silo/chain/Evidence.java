package org.silofold.silo.chain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.reason.Reason;
import org.silofold.silo.party.PrivateFiles;
import org.silofold.silo.store.StoredManifest;

/**
 * Keeps what proves a lie, durably: whole signed records of manifests, as {@code <model>-<version>-<digest>.rec}; beside a wrong one what was
 * found, as {@code .audit}; beside one that breaks promises what was found, as {@code .promise}, and the promises, as {@code
 * never-voted-<update>-<member>.rec}. Fails with an {@link UncheckedIOException}.
 */
public final class Evidence {
    /** Model and version, then the manifest's digest. */
    private static final Pattern MANIFEST = Pattern.compile("(.+-\\d+)-[0-9a-f]{64}\\.rec");

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

    /**
     * Keeps the manifest of a version that lists an update which enough members promised never to vote for, and these promises. They prove that
     * the aggregator published what nobody certified, or that more than f members lied: silos check no certificates.
     *
     * @param promises the members' signed records, by member
     * @return one line for a person
     */
    public String brokenPromise(StoredManifest link, UpdateId id, Map<String, byte[]> promises) {
        keep(name(link) + ".rec", link.record());
        promises.forEach((member, record) -> keep("never-voted-" + id.hex() + "-" + member + ".rec", record));
        String line = "version " + link.version() + " of " + link.model() + " lists update " + id + ", which "
                + String.join(", ", promises.keySet())
                + " promised never to vote for: the aggregator published it without a"
                + " certificate, or more than f members lied; the votes tell. Nothing more is trained on "
                + link.model()
                + " here, the signed records are in " + directory;
        keep(name(link) + ".promise", (line + "\n").getBytes(StandardCharsets.UTF_8));
        return line;
    }

    /**
     * What was kept before, to be raised again: one line each, by the alarm's name.
     *
     * @throws IOException if the directory cannot be read
     */
    public Map<String, String> kept() throws IOException {
        Map<String, String> alarms = new TreeMap<>();
        if (!Files.isDirectory(directory)) {
            return alarms;
        }
        Map<String, Integer> manifests = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                String name = String.valueOf(file.getFileName());
                Matcher manifest = MANIFEST.matcher(name);
                if (name.endsWith(".audit")) {
                    alarms.put("wrong-version", lastLine(file));
                } else if (name.endsWith(".promise")) {
                    alarms.put("promise-broken", lastLine(file));
                } else if (manifest.matches() && manifests.merge(manifest.group(1), 1, Integer::sum) > 1) {
                    alarms.put(
                            "two-manifests", "the aggregator signed two manifests for one version; see " + directory);
                }
            }
        }
        return alarms;
    }

    private static String lastLine(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return lines.isEmpty() ? "see " + file : lines.get(lines.size() - 1);
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
