package org.silofold.job.coordinate;

/** Codes of the coordinator's entries in the audit chain. Stable: a code once released keeps its meaning. */
public final class AuditEvents {
    /** Version 0 is to be published from the authority's initial shards. */
    public static final String INITIAL_VERSION = "initial-version";
    /** A buffer was closed and its cohort requested. */
    public static final String COHORT_REQUESTED = "cohort-requested";
    /** A cohort that the log holds and the state did not was taken over. */
    public static final String COHORT_ADOPTED = "cohort-adopted";
    /** t members voted for a cohort. */
    public static final String COHORT_CERTIFIED = "cohort-certified";
    /** t members refused a cohort: it can never be certified. */
    public static final String COHORT_ABANDONED = "cohort-abandoned";
    /** A cohort got neither t votes nor t refusals in time, or too few answers. */
    public static final String COHORT_NOT_ANSWERED = "cohort-not-answered";
    /** A cohort of the log is answered, and some of its updates are not read again yet: it waits for them. */
    public static final String UPDATES_NOT_READ = "updates-not-read";
    /** The secret sum of a cohort is known and its meta block decodes. */
    public static final String COHORT_OPENED = "cohort-opened";
    /** A certified cohort's meta block does not decode with any secret sum that its responses allow: the log is told that it is broken. */
    public static final String COHORT_DOES_NOT_OPEN = "cohort-does-not-open";
    /** The log says that a cohort is broken, since it does not open or its sums are out of bounds: it is spent. */
    public static final String COHORT_BROKEN = "cohort-broken";
    /** The cohort in hand gave way to another that the log holds. */
    public static final String COHORT_GIVEN_UP = "cohort-given-up";
    /** A member's response is malformed, or differs from the one that the others determine. */
    public static final String WRONG_RESPONSE = "wrong-response";
    /** A member did not answer a certificate in time. */
    public static final String NO_RESPONSE = "no-response";
    /** A cohort was put to the committee once more. */
    public static final String COHORT_REQUESTED_AGAIN = "cohort-requested-again";
    /** A silo was in a broken cohort, or was in one before and now in one that opened well: how often it stands suspected. */
    public static final String SUSPICION = "suspicion";
    /** The authority ordered a void version, and it is in the making. */
    public static final String VOID_VERSION = "void-version";
    /** The authority's order of a void version was not followed. */
    public static final String VOID_REFUSED = "void-refused";
    /** The job started; nothing is decided until it has read its own log. */
    public static final String STARTED = "started";
    /** Nothing of the log was read back for as long as a transaction may take: fences are written anew. */
    public static final String NOTHING_READ_BACK = "nothing-read-back";
    /** The committee's time is over: it is given once more when the job's log is read to that moment. */
    public static final String LAST_CALL = "last-call";
    /** The log lacks what was said: it is said again. */
    public static final String SAID_AGAIN = "said-again";
    /** The job has read its own log to where it started. */
    public static final String LOG_READ = "log-read";
    /** A version's manifest was read back from the log. */
    public static final String VERSION_PUBLISHED = "version-published";
    /** The log holds a second, different manifest or request for one place: evidence. */
    public static final String CONFLICT_IN_LOG = "conflict-in-log";
    /** An update ended. */
    public static final String UPDATE_ENDED = "update-ended";
    /** A silo sent two different records for one place of an update that can no longer be turned away. */
    public static final String CONFLICTING_DUPLICATE = "conflicting-duplicate";
    /** The registry names another specification for a model that has one: not followed. */
    public static final String SPEC_CHANGE_IGNORED = "spec-change-ignored";

    private AuditEvents() {}
}
