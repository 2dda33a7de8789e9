package org.silofold.job.event;

import java.util.List;
import java.util.Optional;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/**
 * What the coordinator of one model hears. Whoever makes these events has verified the record's signature, its sender and its
 * payload digest; that what was said is also in order is the coordinator's to judge. Arrays are owned by the event and never changed.
 */
public sealed interface CoordinatorEvent {
    /**
     * A verified shard is on its way to the fold.
     *
     * @param silo name of the silo
     * @param updateId the update
     * @param sequence the silo's update counter, as in the shard's header
     * @param index shard index, from 0
     * @param count shards in the update, as in the shard's header
     * @param payloadDigest digest of the sealed payload: the shard's leaf in the manifest's Merkle tree
     */
    record ShardSeen(String silo, UpdateId updateId, long sequence, int index, int count, Digest payloadDigest)
            implements CoordinatorEvent {}

    /**
     * An update's manifest with its meta block opened.
     *
     * @param update the update, pinned to the digest of the manifest's signed bytes
     * @param core the manifest's core
     * @param metaWords the masked meta section: {@code MetaLayout.words} words, each an unsigned int below q
     */
    record ManifestSeen(UpdateRef update, UpdateManifest.Core core, int[] metaWords) implements CoordinatorEvent {}

    /**
     * One entry of a member's share receipts.
     *
     * @param member name of the member
     * @param roster the roster it spoke under
     * @param update the update
     * @param refused empty if the member accepted its share, else why not
     */
    record ReceiptSeen(String member, RosterId roster, UpdateRef update, Optional<Reason> refused)
            implements CoordinatorEvent {}

    /**
     * A member's answer to a cohort.
     *
     * @param member name of the member
     * @param roster the roster it spoke under
     * @param buffer version and attempt
     * @param cohortDigest the cohort
     * @param refused empty for a vote, else why the member will never vote for this cohort
     * @param inTheWay what stands in the way, for a refusal
     * @param record the whole signed record, which an abandonment carries to the members
     */
    record VoteSeen(
            String member,
            RosterId roster,
            Buffer buffer,
            Digest cohortDigest,
            Optional<Reason> refused,
            List<UpdateRef> inTheWay,
            byte[] record)
            implements CoordinatorEvent {}

    /**
     * A member's sum of shares.
     *
     * @param member name of the member
     * @param roster the roster it spoke under
     * @param buffer version and attempt
     * @param cohortDigest the cohort
     * @param words as received, not yet checked: N words, each an unsigned int below q
     */
    record ResponseSeen(String member, RosterId roster, Buffer buffer, Digest cohortDigest, int[] words)
            implements CoordinatorEvent {}

    /**
     * The aggregator's own request, read back from the log.
     *
     * @param request the request
     */
    record OwnRequestSeen(UnmaskRequest request) implements CoordinatorEvent {}

    /**
     * The aggregator's own model manifest, read back from the log.
     *
     * @param manifest the manifest
     * @param digest digest of its signed bytes
     */
    record OwnManifestSeen(ModelManifest manifest, Digest digest) implements CoordinatorEvent {}

    /**
     * The aggregator's own word, read back from the log, that an attempt is broken.
     *
     * @param buffer version and attempt
     * @param cohortDigest its cohort
     * @param reason what is wrong with it
     */
    record OwnBrokenSeen(Buffer buffer, Digest cohortDigest, Reason reason) implements CoordinatorEvent {}

    /**
     * The job has started, afresh or from a checkpoint, and has written fences with this id.
     *
     * @param startId random, of this start alone; public
     * @param lotKey random, of this start alone; secret
     */
    record Started(String startId, LotKey lotKey) implements CoordinatorEvent {}

    /**
     * A fence of the aggregator's own, read back from the log.
     *
     * @param startId of which start
     * @param among where it was
     */
    record OwnFenceSeen(String startId, Among among) implements CoordinatorEvent {
        /** The places that the aggregator speaks in and listens to. */
        public enum Among {
            /** Among its requests. */
            REQUESTS("requests"),
            /** Among its model manifests. */
            MANIFESTS("manifests");

            private final String code;

            Among(String code) {
                this.code = code;
            }

            /** The stable code. */
            public String code() {
                return code;
            }

            /**
             * The place with this code.
             *
             * @throws IllegalArgumentException if none has it
             */
            public static Among ofCode(String code) {
                for (Among among : values()) {
                    if (among.code.equals(code)) {
                        return among;
                    }
                }
                throw new IllegalArgumentException("no place: " + code);
            }
        }
    }

    /**
     * The authority orders a void version.
     *
     * @param order which
     */
    record VoidOrdered(VoidOrder order) implements CoordinatorEvent {}

    /**
     * A silo withdraws an update.
     *
     * @param update which
     */
    record WithdrawalSeen(UpdateKey update) implements CoordinatorEvent {}

    /**
     * The registry has roster, policy, specification and keys for this model, for the first time or anew.
     *
     * @param registry what it says now
     */
    record RegistryChanged(ModelRegistry registry) implements CoordinatorEvent {}

    /**
     * A record that is the silo's own, by its signature, was refused for good: the update can never be complete.
     *
     * @param update whose record
     * @param reason what was wrong
     */
    record UpdateRefused(UpdateKey update, Reason reason) implements CoordinatorEvent {}

    /** Time has passed: sent when a moment that the coordinator asked to be woken at has come. */
    record Timer() implements CoordinatorEvent {}
}
