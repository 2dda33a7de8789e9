package org.silofold.silo.party;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.protocol.sign.VerifyingKey;

/**
 * A party's directory.
 *
 * <pre>
 *   party.properties      who and where                 authority.spki        the authority's public key
 *   keys/identity.pem     signing key, 0600             keys/kem-EPOCH.pem    an epoch's KEM key, 0600
 *   agent.db  member.db   durable state                 outbox/  models/      updates to send, verified models
 *   audit.db  audit/      an auditor's durable state
 *   evidence/             proof of a party's lies       endpoint.properties   port and token of a running agent
 * </pre>
 *
 * Thread-safe: it holds no state but the configuration, and files are replaced atomically.
 */
public final class PartyDirectory {
    private static final Pattern KEM_FILE = Pattern.compile("kem-(\\d{1,9})\\.pem");
    private static final String CONFIG = "party.properties";
    private static final int LARGEST_KEY_FILE = 64 * 1024;

    private final Path root;
    private final PartyConfig config;
    private final VerifyingKey authority;

    private PartyDirectory(Path root, PartyConfig config, VerifyingKey authority) {
        this.root = root;
        this.config = config;
        this.authority = authority;
    }

    /**
     * Makes a party's directory.
     *
     * @param identity written to the directory; the caller closes it
     * @throws PartyException if there is one already or it cannot be written
     */
    public static PartyDirectory create(Path root, PartyConfig config, VerifyingKey authority, SigningKey identity) {
        if (Files.exists(root.resolve(CONFIG))) {
            throw new PartyException(root + ": already a party's directory");
        }
        try {
            PrivateFiles.directory(root);
            PrivateFiles.directory(root.resolve("keys"));
            PrivateFiles.write(root.resolve("keys/identity.pem"), identity.toPem());
            PrivateFiles.write(root.resolve("authority.spki"), authority.spki());
            // Last, so that a directory with this file is a whole one.
            PrivateFiles.write(root.resolve(CONFIG), config.toBytes());
        } catch (IOException e) {
            throw new PartyException(root + ": cannot be written: " + e.getMessage(), e);
        }
        return open(root);
    }

    /**
     * Opens a party's directory and checks that its keys are what they should be.
     *
     * @throws PartyException naming the file that is wrong
     */
    public static PartyDirectory open(Path root) {
        PartyConfig config = PartyConfig.load(root.resolve(CONFIG));
        Path file = root.resolve("authority.spki");
        VerifyingKey authority;
        try {
            authority = VerifyingKey.fromSpki(read(file));
        } catch (PartyException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new PartyException(file + ": not an ML-DSA-65 public key (SubjectPublicKeyInfo)", e);
        }
        PartyDirectory directory = new PartyDirectory(root.toAbsolutePath(), config, authority);
        directory.identityKey().close();
        return directory;
    }

    /** The same directory with another configuration, written to disk. */
    public PartyDirectory replaceConfig(PartyConfig other) {
        try {
            PrivateFiles.write(root.resolve(CONFIG), other.toBytes());
        } catch (IOException e) {
            throw new PartyException(root.resolve(CONFIG) + ": cannot be written: " + e.getMessage(), e);
        }
        return new PartyDirectory(root, other, authority);
    }

    /** The directory itself, absolute. */
    public Path root() {
        return root;
    }

    /** Who the party is and where its broker is. */
    public PartyConfig config() {
        return config;
    }

    /** The party's name. */
    public String name() {
        return config.name();
    }

    /** The federation authority's public key. */
    public VerifyingKey authorityKey() {
        return authority;
    }

    /** The party's signing key; the caller closes it. */
    public SigningKey identityKey() {
        Path file = root.resolve("keys/identity.pem");
        byte[] pem = readPrivate(file);
        try {
            return SigningKey.fromPem(pem);
        } catch (RuntimeException e) {
            throw new PartyException(file + ": not an ML-DSA-65 private key (PKCS#8 PEM, seed form)", e);
        } finally {
            Arrays.fill(pem, (byte) 0);
        }
    }

    /** Whether there is a KEM key for this epoch. */
    public boolean hasKemKey(int epoch) {
        return Files.exists(kemFile(epoch));
    }

    /** The epochs for which there is a KEM key. */
    public SortedSet<Integer> kemEpochs() {
        SortedSet<Integer> epochs = new TreeSet<>();
        try (Stream<Path> files = Files.list(root.resolve("keys"))) {
            files.map(file -> KEM_FILE.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .forEach(match -> epochs.add(Integer.parseInt(match.group(1))));
        } catch (IOException e) {
            throw new PartyException(root.resolve("keys") + ": not readable: " + e.getMessage(), e);
        }
        return epochs;
    }

    /** The KEM key of this epoch; the caller closes it. */
    public KemPrivateKey kemKey(int epoch) {
        Path file = kemFile(epoch);
        byte[] pem = readPrivate(file);
        try {
            return KemPrivateKey.fromPem(pem);
        } catch (RuntimeException e) {
            throw new PartyException(file + ": not an ML-KEM-768 private key (PKCS#8 PEM, seed form)", e);
        } finally {
            Arrays.fill(pem, (byte) 0);
        }
    }

    /** The KEM key of this epoch, made and durable before this returns if there is none yet; the caller closes it. */
    public synchronized KemPrivateKey kemKeyOrNew(int epoch) {
        if (!hasKemKey(epoch)) {
            try (KemPrivateKey fresh = KemPrivateKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
                storeKemKey(epoch, fresh);
            }
        }
        return kemKey(epoch);
    }

    /** Stores the KEM key of this epoch durably. */
    public void storeKemKey(int epoch, KemPrivateKey key) {
        byte[] pem = key.toPem();
        try {
            PrivateFiles.write(kemFile(epoch), pem);
        } catch (IOException e) {
            throw new PartyException(kemFile(epoch) + ": cannot be written: " + e.getMessage(), e);
        } finally {
            Arrays.fill(pem, (byte) 0);
        }
    }

    /** Removes the KEM key of this epoch; returns whether there was one. */
    public boolean eraseKemKey(int epoch) {
        try {
            boolean erased = Files.deleteIfExists(kemFile(epoch));
            PrivateFiles.syncDirectory(root.resolve("keys"));
            return erased;
        } catch (IOException e) {
            throw new PartyException(kemFile(epoch) + ": cannot be erased: " + e.getMessage(), e);
        }
    }

    /** The agent's database file. */
    public Path agentDatabase() {
        return root.resolve("agent.db");
    }

    /** The committee member's database file. */
    public Path memberDatabase() {
        return root.resolve("member.db");
    }

    /** The auditor's database file. */
    public Path auditDatabase() {
        return root.resolve("audit.db");
    }

    /** Where an auditor keeps the state of the newest version that it verified. */
    public Path audit() {
        return root.resolve("audit");
    }

    /** Where updates wait to be sent. */
    public Path outbox() {
        return root.resolve("outbox");
    }

    /** Where verified models are. */
    public Path models() {
        return root.resolve("models");
    }

    /** Where records are kept that prove a lie. */
    public Path evidence() {
        return root.resolve("evidence");
    }

    /** Port and token of the running agent. */
    public Path endpoint() {
        return root.resolve("endpoint.properties");
    }

    /**
     * Kafka client settings: those of the client configuration file, and the broker's address.
     *
     * @throws PartyException if the file named in the configuration is not readable
     */
    public Properties kafkaProperties() {
        Properties properties = new Properties();
        config.clientConfig().map(root::resolve).ifPresent(file -> {
            try (InputStream in = Files.newInputStream(file)) {
                properties.load(in);
            } catch (IOException | IllegalArgumentException e) {
                throw new PartyException(file + ": Kafka client settings are not readable: " + e.getMessage(), e);
            }
        });
        properties.setProperty("bootstrap.servers", config.bootstrap());
        return properties;
    }

    private Path kemFile(int epoch) {
        return root.resolve("keys").resolve("kem-" + epoch + ".pem");
    }

    private static byte[] readPrivate(Path file) {
        try {
            if (Files.exists(file) && PrivateFiles.openToOthers(file)) {
                throw new PartyException(file + ": readable by others; run chmod 600 on it");
            }
        } catch (IOException | UnsupportedOperationException e) {
            throw new PartyException(file + ": permissions cannot be checked: " + e.getMessage(), e);
        }
        return read(file);
    }

    private static byte[] read(Path file) {
        try {
            if (Files.size(file) > LARGEST_KEY_FILE) {
                throw new PartyException(file + ": too large for a key file");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new PartyException(file + ": no such file", e);
        } catch (IOException e) {
            throw new PartyException(file + ": not readable: " + e.getMessage(), e);
        }
    }
}
