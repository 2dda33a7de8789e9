package org.silofold.silo.member;

import java.util.List;

/**
 * The tables of {@code member.db}.
 *
 * <pre>
 * updates    one row a (silo, update id): facts of the first manifest seen; share is NULL once erased or when refused
 * cohorts    what the aggregator asked for, until its version is out
 * answers    the one answer to a cohort digest, until the epoch ends
 * votes      first answer of each member to a cohort digest, newest {@value MemberStore#VOTES_PER_MEMBER} a member
 * locks      (silo, update id) -> cohort digest; deleted by abandonment or at the end of the epoch
 * spent      (silo, update id) -> cohort digest; until the epoch ends
 * withdrawn  updates that their silo withdrew, and since when this member knows; marked once it promised never to vote for them; until the
 * epoch ends
 * responses  the sum of shares that left for a cohort digest, until its version is out
 * versions   (model, version) -> the link of the chain and its whole record
 * policies   model -> newest policy sequence seen
 * positions  (topic, partition) -> offset of the first record whose effects may not have been sent
 * facts      schema: version of this layout; epoch: newest epoch entered; aside: epoch in which the member does not answer
 * </pre>
 */
final class StoreSchema {
    /** Version of this layout. */
    static final int VERSION = 4;

    static final List<String> TABLES = List.of(
            "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
            """
            CREATE TABLE IF NOT EXISTS updates (
              silo TEXT NOT NULL, update_id BLOB NOT NULL, manifest_digest BLOB NOT NULL, epoch INTEGER NOT NULL,
              model TEXT NOT NULL, policy_sequence INTEGER NOT NULL, spec_digest BLOB NOT NULL, parameter_set TEXT NOT NULL,
              base_version INTEGER NOT NULL, base_digest BLOB NOT NULL, expiry INTEGER NOT NULL, refused TEXT, share BLOB,
              PRIMARY KEY (silo, update_id))
            """,
            "CREATE INDEX IF NOT EXISTS shares_by_expiry ON updates (expiry) WHERE share IS NOT NULL",
            "CREATE INDEX IF NOT EXISTS shares_by_silo ON updates (silo) WHERE share IS NOT NULL",
            """
            CREATE TABLE IF NOT EXISTS cohorts (
              arrived INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, epoch INTEGER NOT NULL, model TEXT NOT NULL,
              version INTEGER NOT NULL, attempt INTEGER NOT NULL, previous_digest BLOB NOT NULL,
              policy_sequence INTEGER NOT NULL, expiry INTEGER NOT NULL, updates BLOB NOT NULL)
            """,
            """
            CREATE TABLE IF NOT EXISTS answers (
              digest BLOB PRIMARY KEY, epoch INTEGER NOT NULL, model TEXT NOT NULL, version INTEGER NOT NULL,
              attempt INTEGER NOT NULL, policy_sequence INTEGER NOT NULL, refused TEXT, in_the_way BLOB NOT NULL)
            """,
            """
            CREATE TABLE IF NOT EXISTS votes (
              arrived INTEGER PRIMARY KEY, digest BLOB NOT NULL, member TEXT NOT NULL, epoch INTEGER NOT NULL,
              refused INTEGER NOT NULL, UNIQUE (digest, member))
            """,
            "CREATE INDEX IF NOT EXISTS votes_by_member ON votes (member, arrived)",
            """
            CREATE TABLE IF NOT EXISTS locks (
              silo TEXT NOT NULL, update_id BLOB NOT NULL, epoch INTEGER NOT NULL, digest BLOB NOT NULL,
              PRIMARY KEY (silo, update_id)) WITHOUT ROWID
            """,
            "CREATE INDEX IF NOT EXISTS locks_by_cohort ON locks (digest)",
            """
            CREATE TABLE IF NOT EXISTS spent (
              silo TEXT NOT NULL, update_id BLOB NOT NULL, epoch INTEGER NOT NULL, digest BLOB NOT NULL,
              PRIMARY KEY (silo, update_id)) WITHOUT ROWID
            """,
            """
            CREATE TABLE IF NOT EXISTS responses (
              digest BLOB PRIMARY KEY, epoch INTEGER NOT NULL, model TEXT NOT NULL, version INTEGER NOT NULL,
              attempt INTEGER NOT NULL, policy_sequence INTEGER NOT NULL, words BLOB NOT NULL)
            """,
            """
            CREATE TABLE IF NOT EXISTS versions (
              model TEXT NOT NULL, version INTEGER NOT NULL, digest BLOB NOT NULL, root BLOB NOT NULL, is_void INTEGER NOT NULL,
              policy_sequence INTEGER NOT NULL, epsilon REAL, delta REAL, record BLOB NOT NULL, PRIMARY KEY (model, version))
            """,
            """
            CREATE TABLE IF NOT EXISTS withdrawn (
              silo TEXT NOT NULL, update_id BLOB NOT NULL, manifest_digest BLOB NOT NULL, epoch INTEGER NOT NULL,
              model TEXT NOT NULL, marked INTEGER NOT NULL, known_since INTEGER NOT NULL,
              PRIMARY KEY (silo, update_id, manifest_digest)) WITHOUT ROWID
            """,
            "CREATE INDEX IF NOT EXISTS withdrawn_open ON withdrawn (silo) WHERE marked = 0",
            "CREATE INDEX IF NOT EXISTS spent_by_cohort ON spent (digest)",
            """
            CREATE TABLE IF NOT EXISTS positions (
              topic TEXT NOT NULL, part INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (topic, part)) WITHOUT ROWID
            """,
            "CREATE TABLE IF NOT EXISTS policies (model TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID");

    /** Tables whose rows belong to an epoch and go with it. */
    static final List<String> OF_AN_EPOCH =
            List.of("updates", "cohorts", "answers", "votes", "locks", "spent", "withdrawn", "responses");

    /** Layouts up to 3 kept less of a link, 1 no whole manifests: the chain is read again from its topic. */
    static final String FROM_LAYOUT_3 = "DROP TABLE versions";

    /** Layout 2 did not know since when a withdrawal was known: those are known for long. */
    static final String FROM_LAYOUT_2 = "ALTER TABLE withdrawn ADD COLUMN known_since INTEGER NOT NULL DEFAULT 0";

    private StoreSchema() {}
}
