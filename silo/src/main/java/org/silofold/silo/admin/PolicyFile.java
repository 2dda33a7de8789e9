package org.silofold.silo.admin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Privacy;

/**
 * A model's policy as a properties file: every key is a component of {@link Policy}; what is left out has its default. The components of
 * {@link Privacy} are {@code privacy.l2Clip} and so on: all of them or none.
 */
public final class PolicyFile {
    private static final Set<String> NOT_IN_FILE = Set.of("context", "sequence");

    private static final List<String> PRIVACY = List.of(
            "privacy.l2Clip", "privacy.noiseMultiplier", "privacy.colluders", "privacy.epsilon", "privacy.delta");

    private final TreeMap<String, String> values = new TreeMap<>();

    private PolicyFile() {}

    /** The defaults for a federation with this many organisations: cohorts of at least all but one, buffers of the minimum. */
    public static PolicyFile defaults(int organisations) {
        if (organisations < 3) {
            throw new AdminException("a federation needs at least 3 organisations, not " + organisations);
        }
        int collusionBound = organisations > 3 ? 1 : 0;
        int minCohort = Math.max(collusionBound + 2, Math.min(organisations - 1, 8));
        PolicyFile file = new PolicyFile();
        file.set("collusionBound", collusionBound)
                .set("minCohort", minCohort)
                .set("maxCohort", Math.min(organisations, 127))
                .set("bufferSize", minCohort)
                .set("bufferAgeMillis", 60_000)
                .set("minSameBase", 1)
                .set("slack", 0)
                .set("extraResponses", 0)
                .set("stalenessBound", 50)
                .set("expiryMillis", 3_600_000)
                .set("voteTimeoutMillis", 120_000)
                .set("responseTimeoutMillis", 120_000)
                .set("maxInFlight", 4)
                .set("suites", Suite.ML_KEM_768_ML_DSA_65.text())
                .set("parameterSet", "MASK-2048-32")
                .set("clip", 1.0)
                .set("weightRule", "examples")
                .set("examplesCap", 10_000)
                .set("stalenessExponent", 0.5)
                .set("minWeight", 0.01)
                .set("optimizer", "fedavg")
                .set("learningRate", 1.0)
                .set("beta1", 0.9)
                .set("beta2", 0.999)
                .set("adaptivity", 1e-8)
                .set("maxVoids", 0)
                .set("auditor", "");
        return file;
    }

    /** These values with another one for a key. */
    public PolicyFile set(String key, Object value) {
        values.put(key, value.toString());
        return this;
    }

    /**
     * Reads a file over these values.
     *
     * @throws AdminException if the file cannot be read or names a key that no policy has
     */
    public PolicyFile read(Path file) {
        Properties read = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            read.load(in);
        } catch (NoSuchFileException e) {
            throw new AdminException(file + ": no such file", e);
        } catch (IOException | IllegalArgumentException e) {
            throw new AdminException(file + ": cannot be read: " + e.getMessage(), e);
        }
        for (String key : read.stringPropertyNames()) {
            if (!known().contains(key) || NOT_IN_FILE.contains(key)) {
                throw new AdminException(file + ": unknown policy key " + key + "; known are " + known());
            }
            values.put(key, read.getProperty(key).trim());
        }
        return this;
    }

    /**
     * The policy.
     *
     * @throws AdminException if a value is not of its type or no policy may have it
     */
    public Policy toPolicy(Context context, long sequence) {
        try {
            return new Policy(
                    context,
                    sequence,
                    integer("collusionBound"),
                    integer("minCohort"),
                    integer("maxCohort"),
                    integer("bufferSize"),
                    integer("bufferAgeMillis"),
                    integer("minSameBase"),
                    integer("slack"),
                    integer("extraResponses"),
                    integer("stalenessBound"),
                    integer("expiryMillis"),
                    integer("voteTimeoutMillis"),
                    integer("responseTimeoutMillis"),
                    integer("maxInFlight"),
                    List.of(values.get("suites").split(",")),
                    values.get("parameterSet"),
                    number("clip"),
                    values.get("weightRule"),
                    integer("examplesCap"),
                    number("stalenessExponent"),
                    number("minWeight"),
                    values.get("optimizer"),
                    number("learningRate"),
                    number("beta1"),
                    number("beta2"),
                    number("adaptivity"),
                    integer("maxVoids"),
                    values.get("auditor"),
                    privacy());
        } catch (RejectedException e) {
            throw new AdminException(e.getMessage(), e);
        }
    }

    private Set<String> known() {
        Set<String> known = new TreeSet<>(values.keySet());
        known.addAll(PRIVACY);
        return known;
    }

    private Optional<Privacy> privacy() {
        List<String> missing =
                PRIVACY.stream().filter(key -> !values.containsKey(key)).toList();
        if (missing.equals(PRIVACY)) {
            return Optional.empty();
        }
        if (!missing.isEmpty()) {
            throw new AdminException("policy: " + missing.get(0) + " is missing: give all keys of privacy or none");
        }
        return Optional.of(new Privacy(
                number("privacy.l2Clip"),
                number("privacy.noiseMultiplier"),
                integer("privacy.colluders"),
                number("privacy.epsilon"),
                number("privacy.delta")));
    }

    private int integer(String key) {
        try {
            return Integer.parseInt(values.get(key));
        } catch (NumberFormatException e) {
            throw new AdminException("policy: " + key + " must be a whole number, not " + values.get(key), e);
        }
    }

    private double number(String key) {
        try {
            return Double.parseDouble(values.get(key));
        } catch (NumberFormatException e) {
            throw new AdminException("policy: " + key + " must be a number, not " + values.get(key), e);
        }
    }
}
