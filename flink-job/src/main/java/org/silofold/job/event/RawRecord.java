package org.silofold.job.event;

/**
 * A Kafka record as it came: nothing in it is verified. Arrays are owned by the value and never changed; an absent key or value is an
 * empty array, which no message of the protocol is.
 *
 * @param topic the topic's whole name
 * @param partition the partition
 * @param offset the offset
 * @param timestamp the record's time stamp, epoch milliseconds
 * @param key the key
 * @param value the value
 */
public record RawRecord(String topic, int partition, long offset, long timestamp, byte[] key, byte[] value) {}
