package org.silofold.silo.sdk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Where the running agent listens, and the token it asks for.
 *
 * @param port on 127.0.0.1
 * @param token secret
 */
record Endpoint(int port, String token) {
    static Endpoint read(Path directory) {
        Path file = directory.resolve("endpoint.properties");
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            properties.load(in);
            return new Endpoint(
                    Integer.parseInt(properties.getProperty("port", "")), properties.getProperty("token", ""));
        } catch (NoSuchFileException e) {
            throw new SiloException(
                    SiloException.AGENT_NOT_RUNNING, "no agent runs in " + directory + "; start it first", e);
        } catch (IOException | IllegalArgumentException e) {
            throw new SiloException(SiloException.AGENT_NOT_RUNNING, file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The port alone. */
    @Override
    public String toString() {
        return "Endpoint[port=" + port + "]";
    }
}
