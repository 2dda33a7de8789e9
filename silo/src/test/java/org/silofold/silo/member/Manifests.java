package org.silofold.silo.member;

import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.silofold.protocol.encode.MetaLayout;
import org.silofold.protocol.envelope.AssociatedData;
import org.silofold.protocol.envelope.PacketKeys;
import org.silofold.protocol.envelope.Seal;
import org.silofold.protocol.kem.Encapsulation;
import org.silofold.protocol.kem.KemPublicKey;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.WrappedKey;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.share.Dealer;
import org.silofold.protocol.share.Dealing;
import org.silofold.protocol.share.ShareCheck;
import org.silofold.protocol.share.SharePacket;
import org.silofold.protocol.sign.SignedBytes;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.codec.HeaderCodec;

/** A silo's manifests with real share packets, some of them wrong in one way. */
final class Manifests {
    private static final String SET_NAME = ParameterSet.MASK_2048_32.name();
    private static final CommitteeSize SIZE = new CommitteeSize(4);

    /** What is wrong with a manifest. */
    enum Fault {
        NONE,
        /** The first two members' commitments are exchanged. */
        COMMITMENT,
        /** One check polynomial is off by one. */
        POLYNOMIAL,
        /** Every member's ciphertext is one for the next member. */
        CIPHERTEXT,
        /** The packets were sealed for another silo's update: copied from it. */
        COPIED,
        /** The payload lacks its last byte. */
        SHORT,
        /** The check is repeated four times, not five. */
        REPETITIONS
    }

    private final SecureRandom random = new SecureRandom();
    private final List<KemPublicKey> members;
    private final ParameterSet set;

    Manifests(List<KemPublicKey> members) {
        this(members, ParameterSet.MASK_2048_32);
    }

    /** Manifests over another ring, which they do not name: for members that know it under the real one's name. */
    Manifests(List<KemPublicKey> members, ParameterSet set) {
        this.members = members;
        this.set = set;
    }

    /** The update's reference to this manifest. */
    static UpdateRef ref(SignedRecord<UpdateManifest> manifest) {
        UpdateManifest.Core core = manifest.message().core();
        return new UpdateRef(core.context().sender(), core.updateId(), manifest.digest());
    }

    SignedRecord<UpdateManifest> manifest(String silo, String update, MaskSecret secret, Fault fault) {
        return manifest(silo, update, secret, fault, 1, Samples.EXPIRY);
    }

    SignedRecord<UpdateManifest> manifest(
            String silo, String update, MaskSecret secret, Fault fault, long policySequence, long expiry) {
        Context context = Samples.context(silo, Purpose.UPDATE_MANIFEST, 1, policySequence);
        return build(new Terms(context, 4, Samples.version(4), Samples.SPEC_DIGEST, expiry), update, secret, fault)
                .verified();
    }

    /**
     * What an update is made for.
     *
     * @param context its context, the silo as sender
     * @param baseVersion the version trained from
     * @param baseDigest that version's manifest digest
     * @param specDigest the model specification's digest
     * @param expiryMillis its expiry
     */
    record Terms(Context context, long baseVersion, Digest baseDigest, Digest specDigest, long expiryMillis) {}

    /** A manifest with its payload. */
    record Built(UpdateManifest manifest, byte[] payload) {
        /** As it is after its signature was verified. */
        SignedRecord<UpdateManifest> verified() {
            byte[] header = HeaderCodec.encode(manifest);
            byte[] record = new byte[100 + payload.length];
            System.arraycopy(payload, 0, record, 100, payload.length);
            return new SignedRecord<>(
                    manifest, header, SignedBytes.digest(Purpose.UPDATE_MANIFEST, header), record, 100, payload.length);
        }

        /** As its silo sends it. */
        byte[] sealed(SigningKey silo) {
            return SignedRecords.seal(manifest, payload, silo);
        }
    }

    Built build(Terms terms, String update, MaskSecret secret, Fault fault) {
        Context context = terms.context();
        Context sealedFor = fault == Fault.COPIED ? context.withSender("silo-6") : context;
        UpdateId id = Samples.ref(context.sender(), update).updateId();
        List<byte[]> ciphertexts = new ArrayList<>();
        List<SecretBytes> packetKeys = new ArrayList<>();
        for (int j = 1; j <= SIZE.n(); j++) {
            KemPublicKey to = members.get(fault == Fault.CIPHERTEXT ? j % SIZE.n() : j - 1);
            try (Encapsulation encapsulation = to.encapsulate(random)) {
                ciphertexts.add(encapsulation.ciphertext());
                packetKeys.add(PacketKeys.derive(encapsulation.secret(), sealedFor, id, j));
            }
        }
        UpdateManifest.Core core = core(terms, id, ciphertexts, fault);
        byte[] coreBytes = HeaderCodec.encodeCore(core);
        Digest coreDigest = Digest.sha256(coreBytes);
        try (Dealing dealing = Dealer.deal(set, SIZE, id, secret, random)) {
            byte[] payload = payload(dealing, packetKeys, coreDigest, fault);
            int[][] z = dealing.checkPolynomials(coreDigest);
            if (fault == Fault.POLYNOMIAL) {
                z[1][1] ^= 1;
            }
            if (fault == Fault.REPETITIONS) {
                z = Arrays.copyOf(z, ShareCheck.REPETITIONS - 1);
            }
            List<Digest> commitments = new ArrayList<>(dealing.commitments());
            if (fault == Fault.COMMITMENT) {
                commitments.add(0, commitments.remove(1));
            }
            return new Built(new UpdateManifest(core, coreBytes, Digest.sha256(payload), commitments, z), payload);
        } finally {
            packetKeys.forEach(SecretBytes::close);
        }
    }

    private byte[] payload(Dealing dealing, List<SecretBytes> keys, Digest coreDigest, Fault fault) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        byte[] meta = new byte[Seal.sealedLength(MetaLayout.bytes(set))];
        random.nextBytes(meta);
        payload.writeBytes(meta);
        for (SharePacket packet : dealing.packets()) {
            byte[] associated = AssociatedData.packet(coreDigest, packet.member());
            payload.writeBytes(Seal.seal(keys.get(packet.member() - 1), associated, packet.encode()));
        }
        byte[] bytes = payload.toByteArray();
        return fault == Fault.SHORT ? Arrays.copyOf(bytes, bytes.length - 1) : bytes;
    }

    private static UpdateManifest.Core core(Terms terms, UpdateId id, List<byte[]> ciphertexts, Fault fault) {
        return new UpdateManifest.Core(
                terms.context(),
                id,
                1,
                terms.baseVersion(),
                terms.baseDigest(),
                0,
                "examples",
                terms.expiryMillis(),
                SIZE.n(),
                SIZE.threshold(),
                fault == Fault.REPETITIONS ? ShareCheck.REPETITIONS - 1 : ShareCheck.REPETITIONS,
                SET_NAME,
                terms.specDigest(),
                14,
                1,
                List.of(new WrappedKey(Samples.AGGREGATOR, new byte[1088], new byte[48])),
                Digest.ZERO,
                ciphertexts,
                Digest.ZERO);
    }
}
