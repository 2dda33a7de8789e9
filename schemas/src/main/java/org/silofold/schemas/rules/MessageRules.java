package org.silofold.schemas.rules;

import java.util.Map;
import java.util.function.Consumer;
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
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Enrolment;
import org.silofold.protocol.registry.EnrolmentRequest;
import org.silofold.protocol.registry.KeyBundle;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Revocation;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.registry.VoidVersion;

/**
 * The ranges of every field of every message, as far as they can be told from the message alone. The codec applies them in both
 * directions: nothing is written that a reader would refuse.
 */
public final class MessageRules {
    private static final Map<Class<?>, Consumer<Message>> RULES = Map.ofEntries(
            rule(UpdateShard.class, m -> UpdateRules.check(m.core())),
            rule(UpdateManifest.class, m -> {
                UpdateRules.check(m.core());
                UpdateRules.check(m);
            }),
            rule(ShareReceipts.class, CommitteeRules::check),
            rule(UnmaskRequest.class, CommitteeRules::check),
            rule(UnmaskVote.class, CommitteeRules::check),
            rule(UnmaskResponse.class, CommitteeRules::check),
            rule(ModelShard.class, PublicationRules::check),
            rule(ModelManifest.class, PublicationRules::check),
            rule(UpdateFate.class, PublicationRules::check),
            rule(AuditEntry.class, PublicationRules::check),
            rule(Rejection.class, PublicationRules::check),
            rule(Enrolment.class, RegistryRules::check),
            rule(EnrolmentRequest.class, RegistryRules::check),
            rule(KeyBundle.class, RegistryRules::check),
            rule(Policy.class, RegistryRules::check),
            rule(ModelSpec.class, RegistryRules::check),
            rule(Roster.class, RegistryRules::check),
            rule(Revocation.class, RegistryRules::check),
            rule(VoidVersion.class, RegistryRules::check),
            rule(UpdateWithdrawal.class, withdrawal -> {}),
            rule(NeverVoted.class, CommitteeRules::check),
            rule(Countersignature.class, PublicationRules::check),
            rule(Fence.class, fence -> {}),
            rule(CohortBroken.class, CommitteeRules::check));

    private MessageRules() {}

    /**
     * Checks a message's context and fields.
     *
     * @param message the message
     * @param purpose what it should be for
     * @throws RejectedException with {@link Reason#UNSUPPORTED_VERSION}, {@link Reason#WRONG_PURPOSE},
     *     {@link Reason#UNSUPPORTED_SUITE}, {@link Reason#WRONG_SENDER} for a document that only its subject may sign, or
     *     {@link Reason#INVALID_FIELD} naming the field
     */
    public static void check(Message message, Purpose purpose) {
        ContextRules.check(message.context(), purpose);
        RULES.get(message.getClass()).accept(message);
    }

    private static <M extends Message> Map.Entry<Class<?>, Consumer<Message>> rule(Class<M> type, Consumer<M> rule) {
        return Map.entry(type, message -> rule.accept(type.cast(message)));
    }
}
