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
import org.silofold.protocol.kem.KemPrivateKey;
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
    /** How far a parameter that is out of bounds lies beyond what an honest one may be. */
    private static final int TOO_LARGE = 9;

    private final Federation federation;
    private final SimulatedRing ring;
    private final ParameterSet set;
    private final Random random;
    private final SeededRandom secure;

    UpdateMaker(Federation federation, long seed) {
        this.federation = federation;
        this.ring = federation.ring();
        this.set = ring.set();
        this.random = new Random(seed);
        this.secure = new SeededRandom(seed);
    }

    UpdateId freshId() {
        byte[] id = new byte[UpdateId.LENGTH];
        random.nextBytes(id);
        return UpdateId.of(id);
    }

    /** What is wrong with an update beside its packets, which nobody can see before it is opened. */
    enum Sabotage {
        NONE,
        OUT_OF_BOUNDS,
        BROKEN_CANARY,
        OTHER_SECRET
    }

    /**
     * What an update is made for.
     *
     * @param registry under which it is made
     * @param spoiled the seats whose packets are not the committed ones
     */
    record Order(
            String silo,
            UpdateId id,
            long sequence,
            long baseVersion,
            Digest baseDigest,
            Registry registry,
            long expiryMillis,
            Set<Integer> spoiled,
            Sabotage sabotage) {
        Context context() {
            return registry.context(silo, Purpose.UPDATE_MANIFEST);
        }
    }

    MadeUpdate make(Order order) {
        Context context = order.context();
        int hundredths = 1 + random.nextInt(100);
        int[] values = random.ints(set.n(), -ring.range(), ring.range() + 1).toArray();
        int[] metaValues = ring.meta(hundredths);
        if (order.sabotage() == Sabotage.OUT_OF_BOUNDS) {
            values[random.nextInt(set.n())] = TOO_LARGE * ring.range();
        } else if (order.sabotage() == Sabotage.BROKEN_CANARY) {
            metaValues[ring.canary()] = ring.range();
        }
        byte[] block = new byte[set.blockBytes()];
        byte[] meta = new byte[metaValues.length * Words.BYTES];
        PublicElements elements = PublicElements.of(set, context.federation(), context.model(), context.rosterEpoch());
        byte[] seed = bytes(MaskSecret.SEED_LENGTH);
        byte[] dealtSeed = order.sabotage() == Sabotage.OTHER_SECRET ? bytes(MaskSecret.SEED_LENGTH) : seed.clone();
        try (MaskSecret secret = MaskSecret.fromSeed(set, SecretBytes.takeOver(seed));
                DiscreteGaussian gaussian = new DiscreteGaussian(set, KeyStream.of(bytes(KeyStream.KEY_LENGTH)));
                Masker masker = new Masker(elements, secret, gaussian);
                MaskSecret dealt = MaskSecret.fromSeed(set, SecretBytes.takeOver(dealtSeed));
                Dealing dealing = Dealer.deal(set, order.registry().seats().size(), order.id(), dealt, secure)) {
            masker.mask(0, values, block, 0);
            for (int i = 0; i < metaValues.length / set.n(); i++) {
                int[] messages = Arrays.copyOfRange(metaValues, i * set.n(), (i + 1) * set.n());
                masker.mask(1 + i, messages, meta, i * set.blockBytes());
            }
            List<int[]> shares = new ArrayList<>();
            List<int[]> blinds = new ArrayList<>();
            for (SharePacket packet : dealing.packets()) {
                shares.add(packet.share());
                blinds.add(Words.read(set, packet.encode(), set.n() * Words.BYTES, ShareCheck.REPETITIONS));
            }
            Digest shard = Digest.sha256(block);
            return new MadeUpdate(
                    manifest(order, context, shard, dealing),
                    shard,
                    words(block),
                    words(meta),
                    values,
                    hundredths,
                    dealt.toWords(),
                    shares,
                    blinds);
        }
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private int[] words(byte[] blocks) {
        return Words.read(set, blocks, 0, blocks.length / Words.BYTES);
    }

    private SignedRecord<UpdateManifest> manifest(Order order, Context context, Digest shard, Dealing dealing) {
        List<byte[]> ciphertexts = new ArrayList<>();
        List<SecretBytes> keys = new ArrayList<>();
        Registry.Seats seats = order.registry().seats();
        for (String member : seats.committee()) {
            KemPrivateKey key = Keys.of(federation.number(member), seats.epoch());
            try (Encapsulation encapsulation = key.publicKey().encapsulate(secure)) {
                ciphertexts.add(encapsulation.ciphertext());
                keys.add(PacketKeys.derive(encapsulation.secret(), context, order.id(), seats.point(member)));
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
    private byte[] payload(Order order, Dealing dealing, List<SecretBytes> keys, Digest coreDigest) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.writeBytes(new byte[Seal.sealedLength(MetaLayout.bytes(set))]);
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
        CommitteeSize size = order.registry().seats().size();
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
                set.n(),
                1,
                List.of(new WrappedKey(Federation.AGGREGATOR, new byte[1088], new byte[48])),
                Federation.digest("content key"),
                ciphertexts,
                MerkleTree.root(List.of(shard)));
    }
}
