package org.silofold.schemas.codec;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;
import org.silofold.protocol.message.AuditEntry;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Countersignature;
import org.silofold.protocol.message.Fence;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Rejection;
import org.silofold.protocol.message.ShareReceipts;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.message.UpdateWithdrawal;
import org.silofold.protocol.registry.Enrolment;
import org.silofold.protocol.registry.EnrolmentRequest;
import org.silofold.protocol.registry.KeyBundle;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Revocation;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.registry.VoidVersion;
import org.silofold.schemas.avro.AuditEntryHeader;
import org.silofold.schemas.avro.CohortBrokenHeader;
import org.silofold.schemas.avro.CountersignatureHeader;
import org.silofold.schemas.avro.EnrolmentHeader;
import org.silofold.schemas.avro.EnrolmentRequestHeader;
import org.silofold.schemas.avro.FenceHeader;
import org.silofold.schemas.avro.KeyBundleHeader;
import org.silofold.schemas.avro.ModelManifestHeader;
import org.silofold.schemas.avro.ModelShardHeader;
import org.silofold.schemas.avro.ModelSpecHeader;
import org.silofold.schemas.avro.NeverVotedHeader;
import org.silofold.schemas.avro.PolicyHeader;
import org.silofold.schemas.avro.RejectionHeader;
import org.silofold.schemas.avro.RevocationHeader;
import org.silofold.schemas.avro.RosterHeader;
import org.silofold.schemas.avro.ShareReceiptsHeader;
import org.silofold.schemas.avro.UnmaskRequestHeader;
import org.silofold.schemas.avro.UnmaskResponseHeader;
import org.silofold.schemas.avro.UnmaskVoteHeader;
import org.silofold.schemas.avro.UpdateFateHeader;
import org.silofold.schemas.avro.UpdateManifestHeader;
import org.silofold.schemas.avro.UpdateShardHeader;
import org.silofold.schemas.avro.UpdateWithdrawalHeader;
import org.silofold.schemas.avro.VoidVersionHeader;

/**
 * One message's way to bytes and back.
 *
 * @param message the protocol's class
 * @param hasCore whether the context is inside a core that the header holds as bytes
 * @param binary the schema's encoding
 * @param toHeader message to generated class
 * @param toMessage generated class to message; refuses unknown codes
 */
record HeaderType<M extends Message, A extends SpecificRecordBase>(
        Class<M> message, boolean hasCore, AvroBinary<A> binary, Function<M, A> toHeader, Function<A, M> toMessage) {
    private static final Map<Purpose, HeaderType<?, ?>> ALL = all();

    static HeaderType<?, ?> of(Purpose purpose) {
        return ALL.get(purpose);
    }

    byte[] encode(Message value) {
        return binary.encode(toHeader.apply(message.cast(value)));
    }

    M decode(byte[] bytes) {
        return toMessage.apply(binary.decode(bytes));
    }

    private static <M extends Message, A extends SpecificRecordBase> HeaderType<M, A> plain(
            Class<M> message, Schema schema, Function<M, A> toHeader, Function<A, M> toMessage) {
        return new HeaderType<>(message, false, new AvroBinary<>(schema), toHeader, toMessage);
    }

    private static <M extends Message, A extends SpecificRecordBase> HeaderType<M, A> cored(
            Class<M> message, Schema schema, Function<M, A> toHeader, Function<A, M> toMessage) {
        return new HeaderType<>(message, true, new AvroBinary<>(schema), toHeader, toMessage);
    }

    private static Map<Purpose, HeaderType<?, ?>> all() {
        EnumMap<Purpose, HeaderType<?, ?>> types = new EnumMap<>(Purpose.class);
        types.put(
                Purpose.UPDATE_SHARD,
                cored(
                        UpdateShard.class,
                        UpdateShardHeader.getClassSchema(),
                        UpdateHeaders::header,
                        UpdateHeaders::message));
        types.put(
                Purpose.UPDATE_MANIFEST,
                cored(
                        UpdateManifest.class,
                        UpdateManifestHeader.getClassSchema(),
                        UpdateHeaders::header,
                        UpdateHeaders::message));
        types.put(
                Purpose.SHARE_RECEIPTS,
                plain(
                        ShareReceipts.class,
                        ShareReceiptsHeader.getClassSchema(),
                        CommitteeHeaders::header,
                        CommitteeHeaders::message));
        types.put(
                Purpose.UNMASK_REQUEST,
                plain(
                        UnmaskRequest.class,
                        UnmaskRequestHeader.getClassSchema(),
                        CommitteeHeaders::header,
                        CommitteeHeaders::message));
        types.put(
                Purpose.UNMASK_VOTE,
                plain(
                        UnmaskVote.class,
                        UnmaskVoteHeader.getClassSchema(),
                        CommitteeHeaders::header,
                        CommitteeHeaders::message));
        types.put(
                Purpose.UNMASK_RESPONSE,
                plain(
                        UnmaskResponse.class,
                        UnmaskResponseHeader.getClassSchema(),
                        CommitteeHeaders::header,
                        CommitteeHeaders::message));
        types.put(
                Purpose.MODEL_SHARD,
                plain(
                        ModelShard.class,
                        ModelShardHeader.getClassSchema(),
                        PublicationHeaders::header,
                        PublicationHeaders::message));
        types.put(
                Purpose.MODEL_MANIFEST,
                plain(
                        ModelManifest.class,
                        ModelManifestHeader.getClassSchema(),
                        PublicationHeaders::header,
                        PublicationHeaders::message));
        types.put(
                Purpose.ENROLMENT,
                plain(
                        Enrolment.class,
                        EnrolmentHeader.getClassSchema(),
                        RegistryHeaders::header,
                        RegistryHeaders::message));
        types.put(
                Purpose.ENROLMENT_REQUEST,
                plain(
                        EnrolmentRequest.class,
                        EnrolmentRequestHeader.getClassSchema(),
                        RegistryHeaders::header,
                        RegistryHeaders::message));
        types.put(
                Purpose.KEY_BUNDLE,
                plain(
                        KeyBundle.class,
                        KeyBundleHeader.getClassSchema(),
                        RegistryHeaders::header,
                        RegistryHeaders::message));
        types.put(
                Purpose.POLICY,
                plain(Policy.class, PolicyHeader.getClassSchema(), PolicyHeaders::header, PolicyHeaders::message));
        types.put(
                Purpose.MODEL_SPEC,
                plain(
                        ModelSpec.class,
                        ModelSpecHeader.getClassSchema(),
                        RegistryHeaders::header,
                        RegistryHeaders::message));
        types.put(
                Purpose.ROSTER,
                plain(Roster.class, RosterHeader.getClassSchema(), RegistryHeaders::header, RegistryHeaders::message));
        types.put(
                Purpose.REVOCATION,
                plain(
                        Revocation.class,
                        RevocationHeader.getClassSchema(),
                        RegistryHeaders::header,
                        RegistryHeaders::message));
        types.put(
                Purpose.UPDATE_FATE,
                plain(
                        UpdateFate.class,
                        UpdateFateHeader.getClassSchema(),
                        PublicationHeaders::header,
                        PublicationHeaders::message));
        types.put(
                Purpose.AUDIT_ENTRY,
                plain(
                        AuditEntry.class,
                        AuditEntryHeader.getClassSchema(),
                        PublicationHeaders::header,
                        PublicationHeaders::message));
        types.put(
                Purpose.REJECTION,
                plain(
                        Rejection.class,
                        RejectionHeader.getClassSchema(),
                        PublicationHeaders::header,
                        PublicationHeaders::message));
        types.put(
                Purpose.VOID_VERSION,
                plain(
                        VoidVersion.class,
                        VoidVersionHeader.getClassSchema(),
                        RegistryHeaders::header,
                        RegistryHeaders::message));
        types.put(
                Purpose.UPDATE_WITHDRAWAL,
                plain(
                        UpdateWithdrawal.class,
                        UpdateWithdrawalHeader.getClassSchema(),
                        CommitteeHeaders::header,
                        CommitteeHeaders::message));
        types.put(
                Purpose.NEVER_VOTED,
                plain(
                        NeverVoted.class,
                        NeverVotedHeader.getClassSchema(),
                        CommitteeHeaders::header,
                        CommitteeHeaders::message));
        types.put(
                Purpose.COUNTERSIGNATURE,
                plain(
                        Countersignature.class,
                        CountersignatureHeader.getClassSchema(),
                        PublicationHeaders::header,
                        PublicationHeaders::message));
        types.put(
                Purpose.FENCE,
                plain(
                        Fence.class,
                        FenceHeader.getClassSchema(),
                        PublicationHeaders::header,
                        PublicationHeaders::message));
        types.put(
                Purpose.COHORT_BROKEN,
                plain(
                        CohortBroken.class,
                        CohortBrokenHeader.getClassSchema(),
                        PublicationHeaders::header,
                        PublicationHeaders::message));
        return Collections.unmodifiableMap(types);
    }
}
