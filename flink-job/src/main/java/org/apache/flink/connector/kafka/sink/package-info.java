/** What of the Kafka connector has to be mended from within its own package: {@link org.apache.flink.connector.kafka.sink.ClosingSink}. */
package org.apache.flink.connector.kafka.sink;
