package org.silofold.job.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.protocol.sign.VerifyingKey;

/** Reads the keys where an operator runs. Private keys stay in this task's memory until {@link #close()}. Not thread-safe. */
public final class AggregatorKeys implements AutoCloseable {
    private final KeyFiles files;
    private final Map<Integer, KemPrivateKey> kemKeys = new HashMap<>();

    /**
     * @param files where they are
     */
    public AggregatorKeys(KeyFiles files) {
        this.files = files;
    }

    /**
     * The authority's public key.
     *
     * @throws ConfigException if the file holds none
     */
    public VerifyingKey authority() {
        Path path = Path.of(files.authority());
        return parse(path, VerifyingKey::fromSpki);
    }

    /**
     * The aggregator's signing key, owned by the caller, who closes it.
     *
     * @throws ConfigException if the file holds none
     */
    public static SigningKey identity(KeyFiles files) {
        return parse(Path.of(files.identity()), SigningKey::fromPem);
    }

    /**
     * The aggregator's KEM key for an epoch, owned by this object.
     *
     * @throws ConfigException if there is no such key
     */
    public KemPrivateKey kem(int epoch) {
        return kemKeys.computeIfAbsent(
                epoch, e -> parse(Path.of(files.kemDirectory(), "kem-" + e + ".pem"), KemPrivateKey::fromPem));
    }

    @Override
    public void close() {
        kemKeys.values().forEach(KemPrivateKey::close);
        kemKeys.clear();
    }

    private interface Parser<K> {
        K parse(byte[] bytes);
    }

    private static <K> K parse(Path path, Parser<K> parser) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(path);
        } catch (IOException e) {
            throw new ConfigException("cannot read the key file " + path, e);
        }
        try {
            return parser.parse(bytes);
        } catch (RuntimeException e) {
            throw new ConfigException("the key file " + path + " does not hold the key it should", e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
