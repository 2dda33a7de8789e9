package org.silofold.silo.member;

import java.util.Arrays;
import java.util.function.Function;
import org.silofold.protocol.encode.MetaLayout;
import org.silofold.protocol.envelope.AssociatedData;
import org.silofold.protocol.envelope.PacketKeys;
import org.silofold.protocol.envelope.Seal;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.share.ShareCheck;
import org.silofold.protocol.share.SharePacket;
import org.silofold.schemas.SignedRecord;

/**
 * Opens this member's packet in a manifest and checks the share in it (docs/protocol.md, 4.2, 4.3 and 5.5). The manifest's payload:
 *
 * <pre>
 *   sealed meta block (N words) | sealed packet of member 1 | ... | sealed packet of member n
 * </pre>
 */
final class PacketOpener {
    private final String self;
    private final EpochKeys keys;
    private final Function<String, ParameterSet> parameterSets;

    PacketOpener(String self, EpochKeys keys, Function<String, ParameterSet> parameterSets) {
        this.self = self;
        this.keys = keys;
        this.parameterSets = parameterSets;
    }

    /**
     * The share, checked.
     *
     * @param record a manifest that passed {@link ManifestRules}
     * @return N words, little-endian, wiped by the caller
     * @throws RejectedException if the payload has another length, the packet does not open ({@link Reason#SEAL_BROKEN}), or its share
     *     is not the committed one or lies on no polynomial
     */
    byte[] open(RegistrySnapshot registry, SignedRecord<UpdateManifest> record) {
        UpdateManifest manifest = record.message();
        UpdateManifest.Core core = manifest.core();
        ParameterSet set = parameterSets.apply(core.parameterSet());
        int point = registry.roster().point(self);
        if (point == 0) {
            throw new IllegalStateException(self + " has no seat in epoch " + registry.epoch());
        }
        int meta = Seal.sealedLength(MetaLayout.bytes(set));
        int packet = Seal.sealedLength(SharePacket.length(set));
        if (record.payloadLength() != meta + packet * core.memberCount()) {
            throw new RejectedException(
                    Reason.INVALID_FIELD,
                    "payload has " + record.payloadLength() + " bytes, not " + (meta + packet * core.memberCount()));
        }
        int offset = record.payloadOffset() + meta + packet * (point - 1);
        Digest coreDigest = manifest.coreDigest();
        byte[] opened = null;
        try (SecretBytes secret = keys.forEpoch(registry.epoch())
                        .decapsulate(core.memberCiphertexts().get(point - 1));
                SecretBytes key = PacketKeys.derive(secret, core.context(), core.updateId(), point)) {
            opened = Seal.open(key, AssociatedData.packet(coreDigest, point), record.record(), offset, packet);
            return check(registry, manifest, set, coreDigest, SharePacket.decode(set, point, opened));
        } finally {
            if (opened != null) {
                Arrays.fill(opened, (byte) 0);
            }
        }
    }

    private static byte[] check(
            RegistrySnapshot registry,
            UpdateManifest manifest,
            ParameterSet set,
            Digest coreDigest,
            SharePacket packet) {
        try (packet) {
            ShareCheck.verify(
                    set,
                    registry.committee(),
                    manifest.core().updateId(),
                    coreDigest,
                    manifest.commitments(),
                    manifest.checkPolynomials(),
                    packet);
            int[] share = packet.share();
            try {
                return Words.toBytes(share);
            } finally {
                Arrays.fill(share, 0);
            }
        }
    }
}
