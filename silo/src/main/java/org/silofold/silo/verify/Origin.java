package org.silofold.silo.verify;

/**
 * Where a record is.
 *
 * @param topic its topic
 * @param partition its partition
 * @param offset its offset
 */
public record Origin(String topic, int partition, long offset) {
    /** As findings name it: {@code topic/partition/offset}. */
    @Override
    public String toString() {
        return topic + "/" + partition + "/" + offset;
    }
}
