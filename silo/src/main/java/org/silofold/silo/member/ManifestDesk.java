package org.silofold.silo.member;

import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.ShareReceipts;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.SignedRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens and keeps the member's shares, and makes its receipts. The first manifest for a (silo, update id) stands; a share is on disk before
 * its receipt is returned, and wiped from memory.
 */
final class ManifestDesk {
    /** Most shares of one silo held at a time; further updates are refused. */
    static final int SHARES_PER_SILO = 4096;

    private static final Logger LOG = LoggerFactory.getLogger(ManifestDesk.class);

    private final MemberStore store;
    private final String self;
    private final PacketOpener opener;
    private final Clock clock;

    ManifestDesk(MemberStore store, String self, PacketOpener opener, Clock clock) {
        this.store = store;
        this.self = self;
        this.opener = opener;
        this.clock = clock;
    }

    /** The receipt for an update of which a manifest was taken before, this or another; empty if there was none. */
    Optional<MemberEffect> receiptAgain(RegistrySnapshot registry, SignedRecord<UpdateManifest> record) {
        UpdateRef ref = ref(record);
        return store.shares()
                .find(ref.silo(), ref.updateId())
                .map(held -> receipt(
                        registry,
                        record,
                        held.ref().equals(ref) ? held.refused() : Optional.of(Reason.CONFLICTING_DUPLICATE)));
    }

    /** Takes the first manifest of an update: keeps its share, or why there is none. */
    MemberEffect take(RegistrySnapshot registry, SignedRecord<UpdateManifest> record) {
        UpdateRef ref = ref(record);
        byte[] share = null;
        try {
            Optional<Reason> refused;
            try {
                ManifestRules.check(registry, record.message().core(), clock.millis());
                if (store.withdrawals().isKnown(ref)) {
                    throw new RejectedException(Reason.WITHDRAWN, "its silo withdrew it");
                }
                if (store.shares().held(ref.silo()) >= SHARES_PER_SILO) {
                    throw new RejectedException(Reason.TOO_MANY_IN_FLIGHT, "too many shares held of " + ref.silo());
                }
                share = opener.open(registry, record);
                refused = Optional.empty();
            } catch (RejectedException e) {
                // The receipt says it to everyone; a silo may bring about any number of these.
                LOG.debug("share of update {}/{} refused: {}", ref.silo(), ref.updateId(), e.getMessage());
                refused = Optional.of(e.reason());
            }
            store.shares().add(held(registry, record, refused), share);
            return receipt(registry, record, refused);
        } finally {
            if (share != null) {
                Arrays.fill(share, (byte) 0);
            }
        }
    }

    private static HeldUpdate held(
            RegistrySnapshot registry, SignedRecord<UpdateManifest> record, Optional<Reason> refused) {
        UpdateManifest.Core core = record.message().core();
        return new HeldUpdate(
                ref(record),
                registry.epoch(),
                core.context().model(),
                core.context().policySequence(),
                core.modelSpecDigest(),
                core.parameterSet(),
                core.baseVersion(),
                core.baseDigest(),
                core.expiryMillis(),
                refused);
    }

    private static UpdateRef ref(SignedRecord<UpdateManifest> record) {
        UpdateManifest manifest = record.message();
        return new UpdateRef(manifest.context().sender(), manifest.core().updateId(), record.digest());
    }

    private MemberEffect receipt(
            RegistrySnapshot registry, SignedRecord<UpdateManifest> record, Optional<Reason> refused) {
        String model = record.message().context().model();
        return new MemberEffect.SendReceipt(
                registry.context(model, self, Purpose.SHARE_RECEIPTS), new ShareReceipts.Entry(ref(record), refused));
    }
}
