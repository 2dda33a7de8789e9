package org.silofold.silo.verify;

import java.util.Optional;

/**
 * Something that is wrong, or that could not be checked.
 *
 * @param verdict which of the two
 * @param kind what it is about
 * @param at the record that shows it; empty if none does
 * @param what one line for a person
 */
public record Finding(Verdict verdict, Kind kind, Optional<Origin> at, String what) {
    /** What a finding means. */
    public enum Verdict {
        /** The history is not what it must be. */
        WRONG("wrong"),
        /** Nothing is known to be wrong, and something is not known. */
        NOT_CHECKED("not-checked");

        private final String code;

        Verdict(String code) {
            this.code = code;
        }

        /** The stable code. */
        public String code() {
            return code;
        }
    }

    /** What findings are about. */
    public enum Kind {
        /** A record of the authority's or the aggregator's topics that neither signed. */
        NOT_VERIFIED("not-verified"),
        /** A registry document that is older than one before it. */
        OLD_DOCUMENT("old-document"),
        /** Two different manifests for one version. */
        TWO_MANIFESTS("two-manifests"),
        /** A manifest that is no link of its model's chain. */
        BROKEN_CHAIN("broken-chain"),
        /** Two different cohorts requested for one version and attempt. */
        TWO_REQUESTS("two-requests"),
        /** A version whose cohort was never requested. */
        NO_REQUEST("no-request"),
        /** A version that was made under other documents than it names. */
        WRONG_TERMS("wrong-terms"),
        /** A version for whose cohort fewer than t members voted. */
        NO_CERTIFICATE("no-certificate"),
        /** A version whose cohort or updates break a rule. */
        WRONG_COHORT("wrong-cohort"),
        /** A version whose secret sum the members' answers do not give. */
        NO_SECRET_SUM("no-secret-sum"),
        /** Two certified cohorts that share an update. */
        COHORTS_OVERLAP("cohorts-overlap"),
        /** Shards of a version that are not its manifest's. */
        WRONG_SHARDS("wrong-shards"),
        /** A version that does not come out again. */
        WRONG_STEP("wrong-step"),
        /** An update that is said to be in a version and is in none, or of which nothing was said long after its expiry. */
        LOST("lost"),
        /** An update in two versions. */
        TWICE("twice"),
        /** Two updates of a silo from one base in versions. */
        BASE_TWICE("base-twice"),
        /** An update that ended and is in a version; not one that was refused or not answered before a start of the job. */
        ENDED_IN_VERSION("ended-in-version"),
        /** An update of which nobody said what became, in a log that is settled. */
        STILL_OPEN("still-open"),
        /** Records that the log no longer holds, or that may not be read. */
        RECORDS_GONE("records-gone");

        private final String code;

        Kind(String code) {
            this.code = code;
        }

        /** The stable code. */
        public String code() {
            return code;
        }
    }

    /** A thing that is wrong. */
    static Finding wrong(Kind kind, Origin at, String what) {
        return new Finding(Verdict.WRONG, kind, Optional.of(at), what);
    }

    /** A thing that cannot be checked. */
    static Finding notChecked(Optional<Origin> at, String what) {
        return new Finding(Verdict.NOT_CHECKED, Kind.RECORDS_GONE, at, what);
    }

    /** One line for a person. */
    public String line() {
        String where = at.map(origin -> " " + origin).orElse("");
        return switch (verdict) {
            case WRONG -> "WRONG " + kind.code() + where + ": " + what;
            case NOT_CHECKED -> "not checked" + where + ": " + what;
        };
    }
}
