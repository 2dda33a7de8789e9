package org.silofold.kafka;

import org.apache.kafka.common.acl.AclOperation;

/**
 * A principal may do something with a topic, from any host.
 *
 * @param principal Kafka principal, {@code User:name}
 * @param operation what it may do
 * @param topic full topic name
 */
public record Access(String principal, AclOperation operation, String topic) {}
