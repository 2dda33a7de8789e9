package org.silofold.silo.member;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.reason.Reason;

/** Proposed cohorts, the members' votes on them, and what this member answered. All by cohort digest. */
final class CohortTable {
    /** Most cohorts of a model that are remembered at once; the oldest go first. */
    static final int PER_MODEL = 64;

    private final Sql sql;

    CohortTable(Sql sql) {
        this.sql = sql;
    }

    /** Remembers a cohort; of one that is known, the newer request's policy sequence and expiry. */
    void propose(ProposedCohort cohort) {
        sql.update(
                """
                INSERT INTO cohorts (digest, epoch, model, version, attempt, previous_digest, policy_sequence, expiry, updates)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (digest) DO UPDATE SET policy_sequence = excluded.policy_sequence, expiry = excluded.expiry
                """,
                cohort.digest().toBytes(),
                cohort.epoch(),
                cohort.model(),
                cohort.buffer().version(),
                cohort.buffer().attempt(),
                cohort.previousDigest().toBytes(),
                cohort.policySequence(),
                cohort.expiryMillis(),
                Refs.encode(cohort.updates()));
        sql.update("""
                DELETE FROM cohorts WHERE model = ?1 AND arrived NOT IN
                  (SELECT arrived FROM cohorts WHERE model = ?1 ORDER BY arrived DESC LIMIT ?2)
                """, cohort.model(), PER_MODEL);
    }

    /** The cohorts remembered, oldest first. */
    List<ProposedCohort> all() {
        return sql.list(CohortTable::cohort, "SELECT * FROM cohorts ORDER BY arrived");
    }

    private static ProposedCohort cohort(ResultSet row) throws SQLException {
        return new ProposedCohort(
                Digest.of(row.getBytes("digest")),
                row.getInt("epoch"),
                row.getString("model"),
                new Buffer(row.getLong("version"), row.getInt("attempt")),
                Digest.of(row.getBytes("previous_digest")),
                row.getLong("policy_sequence"),
                row.getLong("expiry"),
                Refs.decode(row.getBytes("updates")));
    }

    /** Forgets one cohort's content; answers, locks and marks stay. */
    void forget(Digest cohort) {
        sql.update("DELETE FROM cohorts WHERE digest = ?", cohort.toBytes());
    }

    /** Forgets the responses to a model's cohorts up to a version. */
    void forgetResponses(String model, long upTo) {
        sql.update("DELETE FROM responses WHERE model = ? AND version <= ?", model, upTo);
    }

    /** Forgets the response to one cohort. */
    void forgetResponse(Digest cohort) {
        sql.update("DELETE FROM responses WHERE digest = ?", cohort.toBytes());
    }

    /** A cohort's content, while it is remembered. */
    Optional<ProposedCohort> find(Digest cohort) {
        return sql.first(CohortTable::cohort, "SELECT * FROM cohorts WHERE digest = ?", cohort.toBytes());
    }

    /** Counts a member's answer; its first to a cohort stands. */
    void vote(Digest cohort, String member, int epoch, boolean refused) {
        int added = sql.update(
                "INSERT OR IGNORE INTO votes (digest, member, epoch, refused) VALUES (?, ?, ?, ?)",
                cohort.toBytes(),
                member,
                epoch,
                refused ? 1 : 0);
        if (added > 0) {
            sql.update("""
                    DELETE FROM votes WHERE member = ?1 AND arrived <=
                      (SELECT arrived FROM votes WHERE member = ?1 ORDER BY arrived DESC LIMIT 1 OFFSET ?2)
                    """, member, MemberStore.VOTES_PER_MEMBER);
        }
    }

    /** The members that voted for (or refused) a cohort. */
    List<String> voters(Digest cohort, boolean refused) {
        return sql.list(
                row -> row.getString(1),
                "SELECT member FROM votes WHERE digest = ? AND refused = ?",
                cohort.toBytes(),
                refused ? 1 : 0);
    }

    /**
     * Remembers this member's answer.
     *
     * @throws MemberStoreException if it gave one before: an answer is given once
     */
    void answer(GivenAnswer answer) {
        sql.update(
                "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                answer.digest().toBytes(),
                answer.epoch(),
                answer.model(),
                answer.buffer().version(),
                answer.buffer().attempt(),
                answer.policySequence(),
                answer.refused().map(Reason::code).orElse(null),
                Refs.encode(answer.inTheWay()));
    }

    /** This member's answer to a cohort. */
    Optional<GivenAnswer> answerTo(Digest cohort) {
        return sql.first(CohortTable::given, "SELECT * FROM answers WHERE digest = ?", cohort.toBytes());
    }

    /** This member's answers for versions that are not out. */
    List<GivenAnswer> openAnswers() {
        return sql.list(CohortTable::given, """
                SELECT * FROM answers AS a
                WHERE NOT EXISTS (SELECT 1 FROM versions AS v WHERE v.model = a.model AND v.version = a.version)
                """);
    }

    private static GivenAnswer given(ResultSet row) throws SQLException {
        return new GivenAnswer(
                Digest.of(row.getBytes("digest")),
                row.getInt("epoch"),
                row.getString("model"),
                new Buffer(row.getLong("version"), row.getInt("attempt")),
                row.getLong("policy_sequence"),
                Optional.ofNullable(row.getString("refused")).map(Reason::ofCode),
                Refs.decode(row.getBytes("in_the_way")));
    }

    /** Remembers the sum of shares for a certified cohort: N words, little-endian. */
    void respond(GivenResponse response) {
        sql.update(
                "INSERT INTO responses VALUES (?, ?, ?, ?, ?, ?, ?)",
                response.digest().toBytes(),
                response.epoch(),
                response.model(),
                response.buffer().version(),
                response.buffer().attempt(),
                response.policySequence(),
                response.words());
    }

    /** The sum of shares that left for a cohort, while its version is not out. */
    Optional<GivenResponse> responseTo(Digest cohort) {
        return sql.first(CohortTable::response, "SELECT * FROM responses WHERE digest = ?", cohort.toBytes());
    }

    /** The sums of shares that left for versions that are not out. */
    List<GivenResponse> responses() {
        return sql.list(CohortTable::response, "SELECT * FROM responses");
    }

    private static GivenResponse response(ResultSet row) throws SQLException {
        return new GivenResponse(
                Digest.of(row.getBytes("digest")),
                row.getInt("epoch"),
                row.getString("model"),
                new Buffer(row.getLong("version"), row.getInt("attempt")),
                row.getLong("policy_sequence"),
                row.getBytes("words"));
    }
}
