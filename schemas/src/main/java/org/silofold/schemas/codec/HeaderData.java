package org.silofold.schemas.codec;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.silofold.schemas.avro.AuditDetail;
import org.silofold.schemas.avro.AuditEntryHeader;
import org.silofold.schemas.avro.Buffer;
import org.silofold.schemas.avro.CohortBrokenHeader;
import org.silofold.schemas.avro.Context;
import org.silofold.schemas.avro.CountersignatureHeader;
import org.silofold.schemas.avro.Digest;
import org.silofold.schemas.avro.EnrolmentHeader;
import org.silofold.schemas.avro.EnrolmentRequestHeader;
import org.silofold.schemas.avro.FenceHeader;
import org.silofold.schemas.avro.KeyBundleHeader;
import org.silofold.schemas.avro.MetricSpec;
import org.silofold.schemas.avro.MetricSum;
import org.silofold.schemas.avro.ModelManifestHeader;
import org.silofold.schemas.avro.ModelShardHeader;
import org.silofold.schemas.avro.ModelSpecHeader;
import org.silofold.schemas.avro.NeverVotedHeader;
import org.silofold.schemas.avro.PolicyHeader;
import org.silofold.schemas.avro.Privacy;
import org.silofold.schemas.avro.PrivacySpent;
import org.silofold.schemas.avro.RejectionHeader;
import org.silofold.schemas.avro.RevocationHeader;
import org.silofold.schemas.avro.RosterHeader;
import org.silofold.schemas.avro.ShareReceiptEntry;
import org.silofold.schemas.avro.ShareReceiptsHeader;
import org.silofold.schemas.avro.StartId;
import org.silofold.schemas.avro.TensorSpec;
import org.silofold.schemas.avro.UnmaskRequestHeader;
import org.silofold.schemas.avro.UnmaskResponseHeader;
import org.silofold.schemas.avro.UnmaskVoteHeader;
import org.silofold.schemas.avro.UpdateFateHeader;
import org.silofold.schemas.avro.UpdateId;
import org.silofold.schemas.avro.UpdateManifestCore;
import org.silofold.schemas.avro.UpdateManifestHeader;
import org.silofold.schemas.avro.UpdateRef;
import org.silofold.schemas.avro.UpdateShardCore;
import org.silofold.schemas.avro.UpdateShardHeader;
import org.silofold.schemas.avro.UpdateWithdrawalHeader;
import org.silofold.schemas.avro.VoidVersionHeader;
import org.silofold.schemas.avro.WrappedKey;

/**
 * Finds the generated classes in a fixed table. Avro would otherwise load classes by the names in a schema, through the calling
 * thread's class loader and behind a process-wide list of trusted packages; here no class is ever loaded by name.
 */
final class HeaderData extends SpecificData {
    private static final Map<String, Class<?>> CLASSES = Stream.<Class<?>>of(
                    AuditDetail.class,
                    AuditEntryHeader.class,
                    Buffer.class,
                    CohortBrokenHeader.class,
                    Context.class,
                    CountersignatureHeader.class,
                    Digest.class,
                    EnrolmentHeader.class,
                    EnrolmentRequestHeader.class,
                    FenceHeader.class,
                    KeyBundleHeader.class,
                    MetricSpec.class,
                    MetricSum.class,
                    ModelManifestHeader.class,
                    ModelShardHeader.class,
                    ModelSpecHeader.class,
                    PolicyHeader.class,
                    NeverVotedHeader.class,
                    Privacy.class,
                    PrivacySpent.class,
                    RejectionHeader.class,
                    RevocationHeader.class,
                    RosterHeader.class,
                    ShareReceiptEntry.class,
                    ShareReceiptsHeader.class,
                    StartId.class,
                    TensorSpec.class,
                    UnmaskRequestHeader.class,
                    UnmaskResponseHeader.class,
                    UnmaskVoteHeader.class,
                    UpdateFateHeader.class,
                    UpdateId.class,
                    UpdateManifestCore.class,
                    UpdateManifestHeader.class,
                    UpdateRef.class,
                    UpdateShardCore.class,
                    UpdateShardHeader.class,
                    UpdateWithdrawalHeader.class,
                    VoidVersionHeader.class,
                    WrappedKey.class)
            .collect(Collectors.toUnmodifiableMap(Class::getName, Function.identity()));

    @Override
    public Class<?> getClass(Schema schema) {
        return switch (schema.getType()) {
            case RECORD, FIXED -> CLASSES.get(schema.getFullName());
            default -> super.getClass(schema);
        };
    }
}
