package org.silofold.job.io;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.silofold.job.config.ConfigException;
import org.silofold.job.config.JobConfig;
import org.silofold.job.config.JobOption;

/**
 * Kafka client properties of the operator's, read where the job is submitted. They travel with the job graph: a secret in them belongs
 * behind one of Kafka's config providers ({@code ssl.keystore.password=${file:...}}), which the clients resolve where they run.
 */
final class ClientProperties {
    private ClientProperties() {}

    /**
     * The properties in the file that the configuration names; none if it names no file.
     *
     * @throws ConfigException if the file cannot be read
     */
    static Properties of(JobConfig config) {
        Properties properties = new Properties();
        String file = config.get(JobOption.CLIENT_CONFIG);
        if (!file.isEmpty()) {
            try (Reader reader = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new ConfigException("cannot read the Kafka client properties " + file + ": " + e.getMessage(), e);
            }
        }
        return properties;
    }
}
