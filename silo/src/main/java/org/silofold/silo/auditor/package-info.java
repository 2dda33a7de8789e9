/**
 * The auditor: recomputes every published version from its own keys and the log, bit for bit, and countersigns it (docs/protocol.md,
 * section 8).
 *
 * <pre>
 *   updates, manifests, votes, responses, initial-models -> AuditLoop -> AuditStore (where each record is)
 *   the agent's chain of model manifests -> Auditor -> VersionAudit (reads the records again, shard by shard)
 *   VersionAudit -> audit/MODEL/VERSION.state -> AuditStore -> countersignatures.AUDITOR
 * </pre>
 *
 * Held: {@code audit.db} (positions, places of records, verdicts, the updates of every version) and one state file a model: parameters and
 * moments of the newest verified version. Memory holds one shard of the cohort's updates in turn and one of the state.
 *
 * <p>{@link org.silofold.silo.auditor.VersionAudit} is the rules and knows no Kafka; it says what is wrong by a {@link
 * org.silofold.protocol.reason.RejectedException}, and what it cannot decide by a {@link
 * org.silofold.silo.auditor.MissingRecordException}. A wrong version is evidence and an alarm, and ends the audit of its model; one whose
 * records are gone ends it too, without an accusation. Neither is ever countersigned.
 */
package org.silofold.silo.auditor;
