package org.silofold.protocol.reason;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Stable reason codes. The {@linkplain #code() code}, never the ordinal or the Java name, goes on the wire, into state and into
 * metrics. A code once released is never reused with another meaning.
 */
public enum Reason {
    /** The record is larger than its topic allows. */
    RECORD_TOO_LARGE("record-too-large"),
    /** The frame's lengths or magic do not add up. */
    MALFORMED_FRAME("malformed-frame"),
    /** The header is not a valid encoding of the schema its topic calls for. */
    MALFORMED_HEADER("malformed-header"),
    /** A field holds a value outside its range. */
    INVALID_FIELD("invalid-field"),
    /** The signature does not verify under the sender's enrolled key. */
    BAD_SIGNATURE("bad-signature"),
    /** The sender is not enrolled, or not yet known after the bounded wait. */
    UNKNOWN_SENDER("unknown-sender"),
    /** The sender is not the party whose topic this is, or may not send this message. */
    WRONG_SENDER("wrong-sender"),
    /** The sender's enrolment was revoked or is outside its validity. */
    REVOKED("revoked"),
    /** The header names another federation. */
    WRONG_FEDERATION("wrong-federation"),
    /** The header names a roster epoch or roster digest other than the current one. */
    WRONG_EPOCH("wrong-epoch"),
    /** The header names a model that the registry does not know. */
    UNKNOWN_MODEL("unknown-model"),
    /** The header carries another purpose than its topic calls for. */
    WRONG_PURPOSE("wrong-purpose"),
    /** The suite is unknown or not allowed by policy. */
    UNSUPPORTED_SUITE("unsupported-suite"),
    /** The header's protocol version is unknown. */
    UNSUPPORTED_VERSION("unsupported-version"),
    /** The policy sequence is older than the newest one seen, or unknown. */
    WRONG_POLICY("wrong-policy"),
    /** The parameter set is unknown or not the one that policy names. */
    WRONG_PARAMETER_SET("wrong-parameter-set"),
    /** Shape or parameter count differs from the model specification. */
    WRONG_SHAPE("wrong-shape"),
    /** The payload's digest is not the one in the header. */
    PAYLOAD_DIGEST_MISMATCH("payload-digest-mismatch"),
    /** A wrapped key does not open, or opens to a key whose digest is not the one in the header. */
    KEY_DIGEST_MISMATCH("key-digest-mismatch"),
    /** No wrapped key is addressed to this recipient. */
    NOT_A_RECIPIENT("not-a-recipient"),
    /** The sealed payload does not authenticate. */
    SEAL_BROKEN("seal-broken"),
    /** A masked word is not below q. */
    WORD_OUT_OF_RANGE("word-out-of-range"),
    /** The share packet does not match its commitment. */
    COMMITMENT_MISMATCH("commitment-mismatch"),
    /** The share does not lie on the dealer's polynomial. */
    SHARE_CHECK_FAILED("share-check-failed"),
    /** The same update carried two different records for one place. */
    CONFLICTING_DUPLICATE("conflicting-duplicate"),
    /** The shards' Merkle root is not the manifest's. */
    MERKLE_ROOT_MISMATCH("merkle-root-mismatch"),
    /** An update's sequence is not newer than one already seen from this silo. */
    OLD_SEQUENCE("old-sequence"),
    /** A newer update of the same silo took its place before it joined a cohort. */
    SUPERSEDED("superseded"),
    /** The update's expiry has passed. */
    EXPIRED("expired"),
    /** The base version is unknown or its digest is not the published one. */
    UNKNOWN_BASE("unknown-base"),
    /** The base version is older than policy's staleness bound. */
    TOO_STALE("too-stale"),
    /** The silo has as many updates in flight as policy allows. */
    TOO_MANY_IN_FLIGHT("too-many-in-flight"),
    /** The update's shards or receipts did not arrive in time. */
    INCOMPLETE("incomplete"),
    /** Too few members accepted the update's shares. */
    SHARES_NOT_ACCEPTED("shares-not-accepted"),
    /** The cohort lists updates of one organisation twice. */
    DUPLICATE_ORGANISATION("duplicate-organisation"),
    /** The cohort is smaller than policy's minimum, or than its minimum for one base version. */
    COHORT_TOO_SMALL("cohort-too-small"),
    /** The cohort is larger than policy's maximum. */
    COHORT_TOO_LARGE("cohort-too-large"),
    /** An update is already locked in another cohort. */
    LOCKED("locked"),
    /** An update was spent in another cohort. */
    SPENT("spent"),
    /** A manifest for that version has been published already. */
    VERSION_PUBLISHED("version-published"),
    /** The previous model manifest's digest is not the published one. */
    WRONG_PREVIOUS("wrong-previous"),
    /** The cohort could not be opened: canaries or sum bounds prove a broken contribution or a wrong secret sum. */
    COHORT_BROKEN("cohort-broken"),
    /** Neither t votes nor t refusals arrived in time, or too few answers did. */
    NOT_ANSWERED("not-answered"),
    /** A member's answer differs from the one that the others determine. */
    WRONG_RESPONSE("wrong-response"),
    /** The silo already sent an update from this base version. */
    BASE_SPENT("base-spent"),
    /** A value is NaN or infinite. */
    NOT_FINITE("not-finite"),
    /** A registry document is not newer than the one it would replace. */
    OLD_DOCUMENT("old-document"),
    /** A published model breaks the chain, its digests, or the bound on how far it may move. */
    MODEL_NOT_VERIFIED("model-not-verified"),
    /** The silo withdrew the update before any member voted for it. */
    WITHDRAWN("withdrawn"),
    /** The silo's privacy budget allows no further update. */
    BUDGET_SPENT("budget-spent"),
    /** The auditor that policy names has not countersigned the version. */
    NOT_COUNTERSIGNED("not-countersigned"),
    /** An opened sum is larger than the cohort's honest updates can make it. */
    SUM_OUT_OF_BOUNDS("sum-out-of-bounds"),
    /** A published version lists an update that enough members promised never to vote for. */
    PROMISE_BROKEN("promise-broken"),
    /** The update was sealed to a committee whose epoch ended before the update was opened. */
    EPOCH_ENDED("epoch-ended"),
    /** The update lives longer than policy lets it by any clock that is right: its silo's clock is ahead. */
    CLOCK_OFF("clock-off"),
    /** The log holds no word any more of what became of the update, and no version lists it. */
    FATE_UNKNOWN("fate-unknown");

    private static final Map<String, Reason> BY_CODE =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(Reason::code, Function.identity()));

    private final String code;

    Reason(String code) {
        this.code = code;
    }

    /** The stable code: lower-case words joined by hyphens. */
    public String code() {
        return code;
    }

    /**
     * The reason with this code.
     *
     * @throws IllegalArgumentException if no reason has it
     */
    public static Reason ofCode(String code) {
        Reason reason = BY_CODE.get(code);
        if (reason == null) {
            throw new IllegalArgumentException("unknown reason code: " + code);
        }
        return reason;
    }
}
