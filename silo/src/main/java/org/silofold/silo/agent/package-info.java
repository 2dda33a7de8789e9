/**
 * The agent of one party: a process that is always on, between the party's programs and the federation's Kafka.
 *
 * <pre>
 *   registry         -> RegistryFollower -> Registry -> everything else; KeyPublisher -> registry
 *   model-manifests  -> ModelFollower -> ManifestChain, ModelAssembler -> models/MODEL/VERSION.f32
 *   LocalApi.submit  -> UpdateBuilder -> outbox/ID/ -> OutboxSender -> updates.SILO, manifests.SILO
 *   fates            -> FateFollower -> agent.db -> LocalApi.status
 * </pre>
 *
 * Held: {@code agent.db} and files in the party's directory; memory holds one shard at a time and, while an update is submitted, its delta.
 * Each follower runs on a thread of its own as an {@link org.silofold.silo.agent.AgentService}. Failing: a record that does not verify is
 * logged in one line, counted and skipped; a service that throws turns the agent's {@link org.silofold.silo.agent.Health} bad and is started
 * again after a pause; nothing ends silently. Without a broker the agent runs and says so.
 */
package org.silofold.silo.agent;
