/** The Silofold protocol: pure functions over values. Knows neither Kafka nor Flink nor Avro. See {@code docs/protocol.md}. */
package org.silofold.protocol;
