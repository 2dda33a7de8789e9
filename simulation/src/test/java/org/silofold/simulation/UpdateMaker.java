package org.silofold.simulation;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.silofold.protocol.encode.MetaLayout;
import org.silofold.protocol.envelope.AssociatedData;
import org.silofold.protocol.envelope.MerkleTree;
import org.silofold.protocol.envelope.PacketKeys;
import org.silofold.protocol.envelope.Seal;
import org.silofold.protocol.kem.Encapsulation;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.mask.DiscreteGaussian;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.mask.Masker;
import org.silofold.protocol.mask.PublicElements;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.WrappedKey;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.share.Dealer;
import org.silofold.protocol.share.Dealing;
import org.silofold.protocol.share.ShareCheck;
import org.silofold.protocol.share.SharePacket;
import org.silofold.protocol.sign.SignedBytes;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.codec.HeaderCodec;

/** Makes updates as a silo does: masks, deals, seals a packet to every member, and commits to all of it in a manifest. */
final class UpdateMaker {
    private static final ParameterSet SET = SmallRing.SET;

    /** Largest magnitude of a parameter. */
    private static final int RANGE = 100_000;

    private final Federation federation;
    private final Random random;
    private final SeededRandom secure;

    UpdateMaker(Federation federation, long seed) {
        this.federation = federation;
        this.random = new Random(seed);
        this.secure = new SeededRandom(seed);
    }

    UpdateId freshId() {
        byte[] id = new byte[UpdateId.LENGTH];
        random.nextBytes(id);
        return UpdateId.of(id);
    }

    /**
     * What an update is made for.
     *
     * @param spoiled the seats whose packets are not the committed ones
     */
    record Order(
            String silo,
            UpdateId id,
            long sequence,
            long baseVersion,
            Digest baseDigest,
            long policySequence,
            long expiryMillis,
            Set<Integer> spoiled) {}

    MadeUpdate make(Order order) {
        Context context = Federation.context(order.silo(), Purpose.UPDATE_MANIFEST, order.policySequence());
        int hundredths = 1 + random.nextInt(100);
        int[] values = random.ints(SET.n(), -RANGE, RANGE + 1).toArray();
        int[] metaValues = new int[SET.n()];
        metaValues[0] = hundredths * SmallRing.SCALE;
        byte[] seed = new byte[MaskSecret.SEED_LENGTH];
        random.nextBytes(seed);
        byte[] noise = new byte[KeyStream.KEY_LENGTH];
        random.nextBytes(noise);
        byte[] block = new byte[SET.blockBytes()];
        byte[] meta = new byte[SET.blockBytes()];
        PublicElements elements = PublicElements.of(SET, context.federation(), context.model(), context.rosterEpoch());
        try (MaskSecret secret = MaskSecret.fromSeed(SET, SecretBytes.takeOver(seed));
                DiscreteGaussian gaussian = new DiscreteGaussian(SET, KeyStream.of(noise));
                Masker masker = new Masker(elements, secret, gaussian);
                Dealing dealing = Dealer.deal(SET, federation.size(), order.id(), secret, secure)) {
            masker.mask(0, values, block, 0);
            masker.mask(SmallRing.META_BLOCK, metaValues, meta, 0);
            List<int[]> shares = new ArrayList<>();
            List<int[]> blinds = new ArrayList<>();
            for (SharePacket packet : dealing.packets()) {
                shares.add(packet.share());
                blinds.add(Words.read(SET, packet.encode(), SET.n() * Words.BYTES, ShareCheck.REPETITIONS));
            }
            Digest shard = Digest.sha256(block);
            return new MadeUpdate(
                    manifest(order, context, shard, dealing),
                    shard,
                    words(block),
                    words(meta),
                    values,
                    hundredths,
                    secret.toWords(),
                    shares,
                    blinds);
        }
    }

    private static int[] words(byte[] block) {
        return Words.read(SET, block, 0, SET.n());
    }

    private SignedRecord<UpdateManifest> manifest(Order order, Context context, Digest shard, Dealing dealing) {
        List<byte[]> ciphertexts = new ArrayList<>();
        List<SecretBytes> keys = new ArrayList<>();
        for (int seat = 1; seat <= federation.size().n(); seat++) {
            try (Encapsulation encapsulation = Keys.of(seat).publicKey().encapsulate(secure)) {
                ciphertexts.add(encapsulation.ciphertext());
                keys.add(PacketKeys.derive(encapsulation.secret(), context, order.id(), seat));
            }
        }
        UpdateManifest.Core core = core(order, context, shard, ciphertexts);
        byte[] coreBytes = HeaderCodec.encodeCore(core);
        Digest coreDigest = Digest.sha256(coreBytes);
        byte[] payload = payload(order, dealing, keys, coreDigest);
        UpdateManifest manifest = new UpdateManifest(
                core, coreBytes, Digest.sha256(payload), dealing.commitments(), dealing.checkPolynomials(coreDigest));
        byte[] header = HeaderCodec.encode(manifest);
        return new SignedRecord<>(
                manifest, header, SignedBytes.digest(Purpose.UPDATE_MANIFEST, header), payload, 0, payload.length);
    }

    /** The sealed meta block reaches the aggregator elsewhere in the simulation; here it has its length alone. */
    private static byte[] payload(Order order, Dealing dealing, List<SecretBytes> keys, Digest coreDigest) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.writeBytes(new byte[Seal.sealedLength(MetaLayout.bytes(SET))]);
        for (SharePacket packet : dealing.packets()) {
            byte[] bytes = packet.encode();
            if (order.spoiled().contains(packet.member())) {
                Words.put(bytes, 0, Words.get(bytes, 0) == 0 ? 1 : 0);
            }
            byte[] associated = AssociatedData.packet(coreDigest, packet.member());
            payload.writeBytes(Seal.seal(keys.get(packet.member() - 1), associated, bytes));
            Arrays.fill(bytes, (byte) 0);
        }
        keys.forEach(SecretBytes::close);
        return payload.toByteArray();
    }

    private UpdateManifest.Core core(Order order, Context context, Digest shard, List<byte[]> ciphertexts) {
        CommitteeSize size = federation.size();
        return new UpdateManifest.Core(
                context,
                order.id(),
                order.sequence(),
                order.baseVersion(),
                order.baseDigest(),
                0,
                "uniform",
                order.expiryMillis(),
                size.n(),
                size.threshold(),
                ShareCheck.REPETITIONS,
                Federation.PARAMETER_SET,
                Federation.SPEC_DIGEST,
                Federation.PARAMETERS,
                1,
                List.of(new WrappedKey(Federation.AGGREGATOR, new byte[1088], new byte[48])),
                Federation.digest("content key"),
                ciphertexts,
                MerkleTree.root(List.of(shard)));
    }
}
