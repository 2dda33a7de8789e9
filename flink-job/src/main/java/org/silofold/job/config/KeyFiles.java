package org.silofold.job.config;

import java.io.Serializable;

/**
 * Where an operator finds keys on the machine that it runs on. Paths, never keys: Flink's web interface shows what a job is configured with.
 *
 * @param authority file of the authority's public key
 * @param identity file of the aggregator's private signing key
 * @param kemDirectory directory of the aggregator's private KEM keys
 */
public record KeyFiles(String authority, String identity, String kemDirectory) implements Serializable {}
