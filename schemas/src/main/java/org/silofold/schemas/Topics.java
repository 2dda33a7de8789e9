package org.silofold.schemas;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.rules.Names;

/**
 * Names of a federation's topics and keys of their records.
 *
 * <pre>
 *   [prefix.]word            registry, unmask-requests, initial-models, models, model-manifests, fates, audit, rejections
 *   [prefix.]word.party      updates, manifests, withdrawals (of a silo); receipts, votes, responses, never-voted (of a member);
 *                            countersignatures (of an auditor); keys (of any party)
 * </pre>
 *
 * @param prefix put before every name with a dot; names joined with dots, or empty
 */
public record Topics(String prefix) {
    /** Longest prefix, in characters. */
    public static final int MAX_PREFIX = 127;
    /** What a broker retains of a party's topic of key bundles, in bytes: {@code retention.bytes}, the oldest goes first. */
    public static final long KEYS_RETAINED_BYTES = 64 << 20;

    /** @throws RejectedException with {@link Reason#INVALID_FIELD} if the prefix is neither empty nor names joined with dots */
    public Topics {
        if (!prefix.isEmpty()) {
            if (prefix.length() > MAX_PREFIX) {
                throw new RejectedException(Reason.INVALID_FIELD, "topic prefix: longer than " + MAX_PREFIX);
            }
            for (String part : prefix.split("\\.", -1)) {
                Names.require(part, "topic prefix");
            }
        }
    }

    /**
     * A topic as its name tells it.
     *
     * @param kind what it carries
     * @param party whose it is; empty for a topic of the whole federation
     */
    public record Parsed(TopicKind kind, String party) {}

    /** The topic of a kind that the whole federation shares. */
    public String name(TopicKind kind) {
        if (kind.perParty()) {
            throw new IllegalArgumentException(kind.word() + " has a topic for each party");
        }
        return start() + kind.word();
    }

    /**
     * One party's topic.
     *
     * @throws RejectedException with {@link Reason#INVALID_FIELD} if the party's name is none
     */
    public String name(TopicKind kind, String party) {
        if (!kind.perParty()) {
            throw new IllegalArgumentException(kind.word() + " is one topic for all");
        }
        return start() + kind.word() + "." + Names.require(party, "party of a topic");
    }

    /** Matches the topics of a kind that has one for each party, whoever the parties are. */
    public Pattern pattern(TopicKind kind) {
        if (!kind.perParty()) {
            throw new IllegalArgumentException(kind.word() + " is one topic for all");
        }
        return Pattern.compile(Pattern.quote(start() + kind.word() + ".") + "[a-z0-9][a-z0-9-]{0,62}");
    }

    /** What a topic's name says, or empty if it is no topic of this federation. */
    public Optional<Parsed> parse(String topic) {
        if (!topic.startsWith(start())) {
            return Optional.empty();
        }
        String rest = topic.substring(start().length());
        for (TopicKind kind : TopicKind.values()) {
            if (!kind.perParty() && rest.equals(kind.word())) {
                return Optional.of(new Parsed(kind, ""));
            }
            if (kind.perParty() && rest.startsWith(kind.word() + ".")) {
                String party = rest.substring(kind.word().length() + 1);
                return Names.isName(party) ? Optional.of(new Parsed(kind, party)) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private String start() {
        return prefix.isEmpty() ? "" : prefix + ".";
    }

    public String registry() {
        return name(TopicKind.REGISTRY);
    }

    public String keys(String party) {
        return name(TopicKind.KEYS, party);
    }

    public Pattern keysPattern() {
        return pattern(TopicKind.KEYS);
    }

    public String updates(String silo) {
        return name(TopicKind.UPDATES, silo);
    }

    public Pattern updatesPattern() {
        return pattern(TopicKind.UPDATES);
    }

    public String manifests(String silo) {
        return name(TopicKind.MANIFESTS, silo);
    }

    public Pattern manifestsPattern() {
        return pattern(TopicKind.MANIFESTS);
    }

    public String receipts(String member) {
        return name(TopicKind.RECEIPTS, member);
    }

    public Pattern receiptsPattern() {
        return pattern(TopicKind.RECEIPTS);
    }

    public String unmaskRequests() {
        return name(TopicKind.UNMASK_REQUESTS);
    }

    public String votes(String member) {
        return name(TopicKind.VOTES, member);
    }

    public Pattern votesPattern() {
        return pattern(TopicKind.VOTES);
    }

    public String responses(String member) {
        return name(TopicKind.RESPONSES, member);
    }

    public Pattern responsesPattern() {
        return pattern(TopicKind.RESPONSES);
    }

    public String initialModels() {
        return name(TopicKind.INITIAL_MODELS);
    }

    public String models() {
        return name(TopicKind.MODELS);
    }

    public String modelManifests() {
        return name(TopicKind.MODEL_MANIFESTS);
    }

    public String fates() {
        return name(TopicKind.FATES);
    }

    public String audit() {
        return name(TopicKind.AUDIT);
    }

    public String rejections() {
        return name(TopicKind.REJECTIONS);
    }

    public String withdrawals(String silo) {
        return name(TopicKind.WITHDRAWALS, silo);
    }

    public Pattern withdrawalsPattern() {
        return pattern(TopicKind.WITHDRAWALS);
    }

    public String neverVoted(String member) {
        return name(TopicKind.NEVER_VOTED, member);
    }

    public Pattern neverVotedPattern() {
        return pattern(TopicKind.NEVER_VOTED);
    }

    public String countersignatures(String auditor) {
        return name(TopicKind.COUNTERSIGNATURES, auditor);
    }

    public Pattern countersignaturesPattern() {
        return pattern(TopicKind.COUNTERSIGNATURES);
    }

    /** Key of a shard's, manifest's or withdrawal's record: the 16 bytes of the update id. */
    public static byte[] updateKey(UpdateId updateId) {
        return updateId.toBytes();
    }

    /** Key of a model shard's record. */
    public static byte[] modelShardKey(String model, int shardIndex) {
        return (model + "/" + shardIndex).getBytes(StandardCharsets.UTF_8);
    }

    /** Key of a record that concerns one model. */
    public static byte[] modelKey(String model) {
        return model.getBytes(StandardCharsets.UTF_8);
    }

    /** Key of a fence in the aggregator's log. */
    public static byte[] fenceKey(String model) {
        return (TopicKind.FENCE + model).getBytes(StandardCharsets.UTF_8);
    }

    /** Key of a note on a broken cohort in the aggregator's log. */
    public static byte[] brokenKey(String model) {
        return (TopicKind.BROKEN + model).getBytes(StandardCharsets.UTF_8);
    }

    /** Key of a fate's record. */
    public static byte[] fateKey(String silo, UpdateId updateId) {
        return (silo + "/" + updateId.hex()).getBytes(StandardCharsets.UTF_8);
    }
}
