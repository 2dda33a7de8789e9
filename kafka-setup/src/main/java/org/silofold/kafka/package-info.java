/**
 * Kafka's side of a federation: the desired topics and the ACLs of topics, consumer groups and transactional ids are data ({@code
 * topics.json}); {@link org.silofold.kafka.Plan} is the difference between them and a cluster, a pure function; {@link
 * org.silofold.kafka.ClusterAdmin} reads a cluster and carries a plan out. Nothing here ever deletes a topic, removes a partition or withdraws an ACL. What a plan cannot mend (more partitions than
 * desired, say) it reports and leaves alone.
 */
package org.silofold.kafka;
