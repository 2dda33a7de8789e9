package org.silofold.silo.agent;

import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.silofold.protocol.envelope.AssociatedData;
import org.silofold.protocol.envelope.ContentKey;
import org.silofold.protocol.envelope.PacketKeys;
import org.silofold.protocol.envelope.Seal;
import org.silofold.protocol.kem.Encapsulation;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.WrappedKey;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.share.Dealer;
import org.silofold.protocol.share.Dealing;
import org.silofold.protocol.share.ShareCheck;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.codec.HeaderCodec;

/** Makes an update's manifest record: the core, the shares of the mask's secret, the sealed meta block and packets. */
final class ManifestBuilder {
    private final UpdateTerms terms;
    private final UpdateRequest.Base base;
    private final SigningKey identity;
    private final SecureRandom random;

    ManifestBuilder(UpdateTerms terms, UpdateRequest.Base base, SigningKey identity, SecureRandom random) {
        this.terms = terms;
        this.base = base;
        this.identity = identity;
        this.random = random;
    }

    byte[] record(
            UpdateId id,
            long sequence,
            long expiryMillis,
            List<WrappedKey> wrapped,
            ContentKey key,
            Digest shardsRoot,
            byte[] meta,
            MaskSecret secret) {
        List<Encapsulation> encapsulations = new ArrayList<>();
        try {
            for (UpdateTerms.NamedKey member : terms.committee()) {
                encapsulations.add(member.key().encapsulate(random));
            }
            UpdateManifest.Core core = new UpdateManifest.Core(
                    terms.context(),
                    id,
                    sequence,
                    base.version(),
                    base.manifestDigest(),
                    base.tau(),
                    terms.policy().weightRule(),
                    expiryMillis,
                    terms.committeeSize().n(),
                    terms.committeeSize().threshold(),
                    ShareCheck.REPETITIONS,
                    terms.layout().set().name(),
                    terms.specDigest(),
                    terms.spec().parameterCount(),
                    terms.layout().shards(),
                    wrapped,
                    key.digest(),
                    encapsulations.stream().map(Encapsulation::ciphertext).toList(),
                    shardsRoot);
            return seal(core, key, meta, secret, encapsulations);
        } finally {
            encapsulations.forEach(Encapsulation::close);
        }
    }

    private byte[] seal(
            UpdateManifest.Core core,
            ContentKey key,
            byte[] meta,
            MaskSecret secret,
            List<Encapsulation> encapsulations) {
        byte[] coreBytes = HeaderCodec.encodeCore(core);
        Digest coreDigest = Digest.sha256(coreBytes);
        ParameterSet set = terms.layout().set();
        int metaBlock = terms.layout().metaBlock();
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        try (Dealing dealing = Dealer.deal(set, terms.committeeSize(), core.updateId(), secret, random)) {
            try (SecretBytes metaKey = key.metaKey(core.context(), core.updateId(), metaBlock)) {
                payload.writeBytes(Seal.seal(metaKey, AssociatedData.meta(coreDigest, metaBlock), meta));
            }
            for (int j = 1; j <= encapsulations.size(); j++) {
                byte[] packet = dealing.packets().get(j - 1).encode();
                SecretBytes shared = encapsulations.get(j - 1).secret();
                try (SecretBytes packetKey = PacketKeys.derive(shared, core.context(), core.updateId(), j)) {
                    payload.writeBytes(Seal.seal(packetKey, AssociatedData.packet(coreDigest, j), packet));
                } finally {
                    Arrays.fill(packet, (byte) 0);
                }
            }
            byte[] bytes = payload.toByteArray();
            UpdateManifest manifest = new UpdateManifest(
                    core, coreBytes, Digest.sha256(bytes), dealing.commitments(), dealing.checkPolynomials(coreDigest));
            return SignedRecords.seal(manifest, bytes, identity);
        }
    }
}
