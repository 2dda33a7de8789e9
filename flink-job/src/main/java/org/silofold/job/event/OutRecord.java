package org.silofold.job.event;

import java.util.Optional;

/**
 * A record to be written. Arrays are owned by the value and never changed.
 *
 * @param topic the topic's whole name
 * @param key the key, if the topic has keys
 * @param value the signed record
 */
public record OutRecord(String topic, Optional<byte[]> key, byte[] value) {}
