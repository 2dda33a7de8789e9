package org.silofold.schemas;

import java.nio.charset.StandardCharsets;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/** The federation's topics: what each carries, who writes it, and how large its records may be. */
public enum TopicKind {
    /** Registry documents, written by the authority; with a party's enrolment the key bundle of its request. Compacted. */
    REGISTRY("registry", false, RecordLimits.REGISTRY),
    /** One party's key bundles. Keyed as in the registry, compacted. */
    KEYS("keys", true, RecordLimits.KEY_BUNDLE),
    /** Masked shards of one silo. Keyed by update id. */
    UPDATES("updates", true, RecordLimits.SHARD),
    /** Manifests of one silo's updates. Keyed by update id. */
    MANIFESTS("manifests", true, RecordLimits.MANIFEST),
    /** What one member says of the share packets it was sent. */
    RECEIPTS("receipts", true, RecordLimits.HEADER_ONLY),
    /** What the aggregator asks the committee. Keyed by model, but for fences. */
    UNMASK_REQUESTS("unmask-requests", false, RecordLimits.HEADER_ONLY),
    /** One member's votes and refusals. */
    VOTES("votes", true, RecordLimits.VOTE),
    /** One member's sums of shares over certified cohorts. */
    RESPONSES("responses", true, RecordLimits.RESPONSE),
    /** Shards of version 0, signed by the authority. Keyed by {@code <model>/<shard>}, compacted. */
    INITIAL_MODELS("initial-models", false, RecordLimits.SHARD),
    /** Shards of published versions. Keyed by {@code <model>/<shard>}, compacted. */
    MODELS("models", false, RecordLimits.SHARD),
    /** Manifests of published versions. Keyed by model, but for fences and notes on broken cohorts. */
    MODEL_MANIFESTS("model-manifests", false, RecordLimits.HEADER_ONLY),
    /** What became of each update. Keyed by {@code <silo>/<update id in hexadecimal>}. */
    FATES("fates", false, RecordLimits.SMALL),
    /** The aggregator's audit chain. Keyed by model. */
    AUDIT("audit", false, RecordLimits.AUDIT),
    /** Records that the aggregator turned away. */
    REJECTIONS("rejections", false, RecordLimits.SMALL),
    /** One silo's requests that an update of its own be never voted for. Keyed by update id. */
    WITHDRAWALS("withdrawals", true, RecordLimits.SMALL),
    /** One member's words that it never voted for updates, and never will. */
    NEVER_VOTED("never-voted", true, RecordLimits.VOTE),
    /** One auditor's word for the versions that it recomputed. Keyed by model. */
    COUNTERSIGNATURES("countersignatures", true, RecordLimits.SMALL);

    /** What a fence's key begins with in the aggregator's log; no model's name has a slash. */
    static final String FENCE = "fence/";
    /** What the key of a note on a broken cohort begins with there. */
    static final String BROKEN = "broken/";

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

    /** Whether parties have one of their own, {@code <word>.<party>}. */
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
     * @param key the record's key: in the registry, and in the aggregator's log, it begins with the kind of document; may be null
     *     elsewhere
     * @throws RejectedException with {@link Reason#WRONG_PURPOSE} if it can be for nothing
     */
    public Purpose purpose(byte[] key) {
        return switch (this) {
            case REGISTRY -> documentPurpose(new String(key, StandardCharsets.UTF_8));
            case KEYS -> Purpose.KEY_BUNDLE;
            case UPDATES -> Purpose.UPDATE_SHARD;
            case MANIFESTS -> Purpose.UPDATE_MANIFEST;
            case RECEIPTS -> Purpose.SHARE_RECEIPTS;
            case UNMASK_REQUESTS -> begins(key, FENCE) ? Purpose.FENCE : Purpose.UNMASK_REQUEST;
            case VOTES -> Purpose.UNMASK_VOTE;
            case RESPONSES -> Purpose.UNMASK_RESPONSE;
            case INITIAL_MODELS, MODELS -> Purpose.MODEL_SHARD;
            case MODEL_MANIFESTS -> {
                if (begins(key, FENCE)) {
                    yield Purpose.FENCE;
                }
                yield begins(key, BROKEN) ? Purpose.COHORT_BROKEN : Purpose.MODEL_MANIFEST;
            }
            case FATES -> Purpose.UPDATE_FATE;
            case AUDIT -> Purpose.AUDIT_ENTRY;
            case REJECTIONS -> Purpose.REJECTION;
            case WITHDRAWALS -> Purpose.UPDATE_WITHDRAWAL;
            case NEVER_VOTED -> Purpose.NEVER_VOTED;
            case COUNTERSIGNATURES -> Purpose.COUNTERSIGNATURE;
        };
    }

    private static boolean begins(byte[] key, String prefix) {
        return key != null
                && key.length >= prefix.length()
                && new String(key, 0, prefix.length(), StandardCharsets.ISO_8859_1).equals(prefix);
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
            case "void-version" -> Purpose.VOID_VERSION;
            default -> throw new RejectedException(Reason.WRONG_PURPOSE, "no registry document has such a key");
        };
    }
}
