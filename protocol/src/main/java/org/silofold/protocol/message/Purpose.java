package org.silofold.protocol.message;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a signed message is for. The text is part of the signed bytes, so a signature for one purpose is worthless for another. */
public enum Purpose {
    UPDATE_SHARD("silofold/v1/update-shard"),
    UPDATE_MANIFEST("silofold/v1/update-manifest"),
    SHARE_RECEIPTS("silofold/v1/share-receipts"),
    UNMASK_REQUEST("silofold/v1/unmask-request"),
    UNMASK_VOTE("silofold/v1/unmask-vote"),
    UNMASK_RESPONSE("silofold/v1/unmask-response"),
    MODEL_SHARD("silofold/v1/model-shard"),
    MODEL_MANIFEST("silofold/v1/model-manifest"),
    ENROLMENT("silofold/v1/enrolment"),
    ENROLMENT_REQUEST("silofold/v1/enrolment-request"),
    KEY_BUNDLE("silofold/v1/key-bundle"),
    POLICY("silofold/v1/policy"),
    MODEL_SPEC("silofold/v1/model-spec"),
    ROSTER("silofold/v1/roster"),
    REVOCATION("silofold/v1/revocation"),
    UPDATE_FATE("silofold/v1/update-fate"),
    AUDIT_ENTRY("silofold/v1/audit-entry"),
    REJECTION("silofold/v1/rejection"),
    VOID_VERSION("silofold/v1/void-version"),
    UPDATE_WITHDRAWAL("silofold/v1/update-withdrawal"),
    NEVER_VOTED("silofold/v1/never-voted"),
    COUNTERSIGNATURE("silofold/v1/countersignature"),
    FENCE("silofold/v1/fence"),
    COHORT_BROKEN("silofold/v1/cohort-broken");

    private static final Map<String, Purpose> BY_TEXT =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(Purpose::text, Function.identity()));

    private final String text;

    Purpose(String text) {
        this.text = text;
    }

    /** The text on the wire: {@code silofold/v1/<message>}, ASCII. */
    public String text() {
        return text;
    }

    /** {@link #text()} as ASCII bytes. */
    public byte[] bytes() {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The purpose with this text.
     *
     * @throws IllegalArgumentException if none has it
     */
    public static Purpose ofText(String text) {
        Purpose purpose = BY_TEXT.get(text);
        if (purpose == null) {
            throw new IllegalArgumentException("unknown purpose: " + text);
        }
        return purpose;
    }
}
