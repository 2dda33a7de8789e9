package org.silofold.schemas;

import java.nio.charset.StandardCharsets;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/** The federation's topics: what each carries, who writes it, and how large its records may be. */
public enum TopicKind {
    /** Registry documents, written by the authority, and key bundles, written by their subjects. Compacted. */
    REGISTRY("registry", false, RecordLimits.REGISTRY),
    /** Masked shards of one silo. Keyed by update id. */
    UPDATES("updates", true, RecordLimits.SHARD),
    /** Manifests of one silo's updates. Keyed by update id. */
    MANIFESTS("manifests", true, RecordLimits.MANIFEST),
    /** What one member says of the share packets it was sent. */
    RECEIPTS("receipts", true, RecordLimits.HEADER_ONLY),
    /** What the aggregator asks the committee. Keyed by model. */
    UNMASK_REQUESTS("unmask-requests", false, RecordLimits.HEADER_ONLY),
    /** One member's votes and refusals. */
    VOTES("votes", true, RecordLimits.VOTE),
    /** One member's sums of shares over certified cohorts. */
    RESPONSES("responses", true, RecordLimits.RESPONSE),
    /** Shards of version 0, signed by the authority. Keyed by {@code <model>/<shard>}, compacted. */
    INITIAL_MODELS("initial-models", false, RecordLimits.SHARD),
    /** Shards of published versions. Keyed by {@code <model>/<shard>}, compacted. */
    MODELS("models", false, RecordLimits.SHARD),
    /** Manifests of published versions. Keyed by model. */
    MODEL_MANIFESTS("model-manifests", false, RecordLimits.HEADER_ONLY),
    /** What became of each update. Keyed by {@code <silo>/<update id in hexadecimal>}. */
    FATES("fates", false, RecordLimits.SMALL),
    /** The aggregator's audit chain. Keyed by model. */
    AUDIT("audit", false, RecordLimits.AUDIT),
    /** Records that the aggregator turned away. */
    REJECTIONS("rejections", false, RecordLimits.SMALL);

    private final String word;
    private final boolean perParty;
    private final RecordLimits limits;

    TopicKind(String word, boolean perParty, RecordLimits limits) {
        this.word = word;
        this.perParty = perParty;
        this.limits = limits;
    }

    /** The topic's name without prefix and party. */
    public String word() {
        return word;
    }

    /** Whether each silo or member has one of its own, {@code <word>.<party>}. */
    public boolean perParty() {
        return perParty;
    }

    /** How large its records may be. */
    public RecordLimits limits() {
        return limits;
    }

    /**
     * What a record of this topic is for.
     *
     * @param key the record's key: in the registry it begins with the kind of document
     * @throws RejectedException with {@link Reason#WRONG_PURPOSE} if it can be for nothing
     */
    public Purpose purpose(byte[] key) {
        return switch (this) {
            case REGISTRY -> documentPurpose(new String(key, StandardCharsets.UTF_8));
            case UPDATES -> Purpose.UPDATE_SHARD;
            case MANIFESTS -> Purpose.UPDATE_MANIFEST;
            case RECEIPTS -> Purpose.SHARE_RECEIPTS;
            case UNMASK_REQUESTS -> Purpose.UNMASK_REQUEST;
            case VOTES -> Purpose.UNMASK_VOTE;
            case RESPONSES -> Purpose.UNMASK_RESPONSE;
            case INITIAL_MODELS, MODELS -> Purpose.MODEL_SHARD;
            case MODEL_MANIFESTS -> Purpose.MODEL_MANIFEST;
            case FATES -> Purpose.UPDATE_FATE;
            case AUDIT -> Purpose.AUDIT_ENTRY;
            case REJECTIONS -> Purpose.REJECTION;
        };
    }

    private static Purpose documentPurpose(String key) {
        int slash = key.indexOf('/');
        return switch (slash < 0 ? key : key.substring(0, slash)) {
            case "enrolment" -> Purpose.ENROLMENT;
            case "key-bundle" -> Purpose.KEY_BUNDLE;
            case "policy" -> Purpose.POLICY;
            case "model-spec" -> Purpose.MODEL_SPEC;
            case "roster" -> Purpose.ROSTER;
            case "revocation" -> Purpose.REVOCATION;
            default -> throw new RejectedException(Reason.WRONG_PURPOSE, "no registry document has such a key");
        };
    }
}
