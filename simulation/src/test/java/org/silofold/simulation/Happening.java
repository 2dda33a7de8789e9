package org.silofold.simulation;

/** What can happen in a run. A test over many seeds requires of each kind that it did: what never happens is not tested. */
enum Happening {
    /** A member's process ended with some of what it had to say unsaid. */
    MEMBER_CRASH,
    /** A member started anew. */
    MEMBER_RESTART,
    /** A member started anew from a backup. */
    MEMBER_FROM_BACKUP,
    /** A liar said something of its own making. */
    LIE,
    /** A silo asked for an update back. */
    WITHDRAWAL,
    /** A silo asked for an update back for which a cohort was requested by then. */
    WITHDRAWAL_OF_A_REQUESTED_UPDATE,
    /** A member promised never to vote for an update. */
    PROMISE,
    /** Enough members promised it: the base is free. */
    BASE_FREED,
    /** A silo sent another update from a base that was freed. */
    BASE_USED_AGAIN,
    /** The authority signed a new policy. */
    POLICY,
    /** The authority signed a roster of a new epoch. */
    EPOCH,
    /** A new roster has another committee. */
    COMMITTEE_CHANGE,
    /** The authority suspended somebody for a while. */
    SUSPENSION,
    /** The authority ended a suspension or a revocation. */
    REINSTATEMENT,
    /** The authority revoked somebody for good. */
    REVOCATION,
    /** The suspended or revoked has a seat in the committee. */
    MEMBER_BARRED,
    /** The authority ordered a void version. */
    VOID_ORDER,
    /** A void version is out. */
    VOID_VERSION,
    /** A version with a cohort is out. */
    VERSION,
    /** A silo sent an update whose parameters are out of bounds. */
    OUT_OF_BOUNDS_SENT,
    /** A silo sent an update with a canary that is not zero, or shares of another secret than it is masked with. */
    BROKEN_CANARY_SENT,
    /** The log has it that a cohort's sums are out of bounds. */
    COHORT_OUT_OF_BOUNDS,
    /** The log has it that a cohort does not open. */
    COHORT_DOES_NOT_OPEN,
    /** The aggregator read a manifest of a silo after one that the silo sent later. */
    MANIFEST_OVERTAKEN,
    /** The aggregator started anew from its last checkpoint. */
    AGGREGATOR_RESTART,
    /** The aggregator started anew from an older savepoint. */
    AGGREGATOR_FROM_SAVEPOINT,
    /** Kafka ended a transaction of the aggregator that a checkpoint counts on. */
    AGGREGATOR_TRANSACTION_LOST
}
