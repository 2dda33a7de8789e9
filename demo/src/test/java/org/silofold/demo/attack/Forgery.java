package org.silofold.demo.attack;

import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.silofold.protocol.encode.UpdateEncoder;
import org.silofold.protocol.envelope.AssociatedData;
import org.silofold.protocol.envelope.ContentKey;
import org.silofold.protocol.envelope.MerkleTree;
import org.silofold.protocol.envelope.PacketKeys;
import org.silofold.protocol.envelope.Seal;
import org.silofold.protocol.kem.Encapsulation;
import org.silofold.protocol.kem.KemPublicKey;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.mask.DiscreteGaussian;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.mask.Masker;
import org.silofold.protocol.mask.PublicElements;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.message.WrappedKey;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.share.ShareCheck;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.codec.HeaderCodec;
import org.silofold.schemas.registry.RegistryView;

/**
 * An update in the making, valid unless a test changes something: before sealing and signing, so that everything else about it is right. One
 * forgery makes one update.
 */
final class Forgery {
    private static final int WORDS = Integer.BYTES;

    private final SecureRandom random = new SecureRandom();
    private final RegistryView view;
    private final String model;
    private final FederationLog.Version base;
    private final long sequence;

    SigningKey signer;
    UpdateId id;
    Context shardContext;
    Context manifestContext;
    long expiryMillis;
    UnaryOperator<UpdateManifest.Core> core = c -> c;
    UnaryOperator<UpdateShard.Core> shardCore = c -> c;
    /** Masked words of a shard and of the meta block, before they are sealed. */
    UnaryOperator<byte[]> shardWords = words -> words;

    UnaryOperator<byte[]> metaWords = words -> words;
    UnaryOperator<List<WrappedKey>> wrapped = keys -> keys;
    /** By member's point: what is added to its share before it is committed to. */
    final Map<Integer, Integer> lies = new HashMap<>();
    /** By member's point: its packet after it was committed to, before it is sealed; and sealed. */
    final Map<Integer, UnaryOperator<byte[]>> packets = new HashMap<>();

    final Map<Integer, UnaryOperator<byte[]>> sealedPackets = new HashMap<>();

    /** Records of an update, and what was in them. */
    record Update(UpdateId id, List<byte[]> shards, byte[] manifest) {
        /** The update as receipts and cohorts name it. */
        UpdateRef ref() {
            SignedRecord<UpdateManifest> signed =
                    SignedRecords.reread(UpdateManifest.class, Purpose.UPDATE_MANIFEST, manifest);
            return new UpdateRef(signed.message().context().sender(), id, signed.digest());
        }
    }

    Forgery(
            RegistryView view,
            String silo,
            String model,
            FederationLog.Version base,
            long sequence,
            SigningKey signer) {
        this.view = view;
        this.model = model;
        this.base = base;
        this.sequence = sequence;
        this.signer = signer;
        byte[] bytes = new byte[UpdateId.LENGTH];
        random.nextBytes(bytes);
        this.id = UpdateId.of(bytes);
        this.manifestContext = view.context(model, silo, Purpose.UPDATE_MANIFEST);
        this.shardContext = manifestContext.withPurpose(Purpose.UPDATE_SHARD);
        this.expiryMillis = System.currentTimeMillis() + policy().expiryMillis();
    }

    /** Changes the context of shards and manifest alike. */
    Forgery context(UnaryOperator<Context> change) {
        shardContext = change.apply(shardContext);
        manifestContext = change.apply(manifestContext);
        return this;
    }

    /** Lets the update's life be so short that the aggregator ends it, incomplete or not, after this many milliseconds. */
    Forgery endingAfter(long millis) {
        expiryMillis = System.currentTimeMillis() + AttackFederation.VOTE_TIMEOUT + 5_000 + millis;
        return this;
    }

    /** The same, with time enough for every member of a loaded machine to say first what it makes of the update. */
    Forgery endingOnceJudged() {
        return endingAfter(10_000);
    }

    private Policy policy() {
        return view.policy(model).orElseThrow();
    }

    ShardLayout layout() {
        return new ShardLayout(
                ParameterSet.byName(policy().parameterSet()),
                view.modelSpec(model).orElseThrow().parameterCount());
    }

    Update make() {
        ShardLayout layout = layout();
        PublicElements elements =
                PublicElements.of(layout.set(), AttackFederation.NAME, model, manifestContext.rosterEpoch());
        try (MaskSecret secret = MaskSecret.fresh(layout.set(), random);
                ContentKey key = ContentKey.generate(random);
                DiscreteGaussian gaussian = new DiscreteGaussian(layout.set(), KeyStream.fresh(random));
                Masker masker = new Masker(elements, secret, gaussian)) {
            Encoding encoding = new Encoding(layout.set(), policy().clip(), policy().maxCohort());
            UpdateEncoder encoder = new UpdateEncoder(encoding, layout, masker, KeyStream.fresh(random));
            List<WrappedKey> keys = wrapped.apply(List.of(wrap(key)));
            float[] delta = new float[Math.toIntExact(layout.parameterCount())];
            List<byte[]> shards = new ArrayList<>();
            List<Digest> digests = new ArrayList<>();
            for (int i = 0; i < layout.shards(); i++) {
                byte[] words = shardWords.apply(encoder.shard(i, delta, 0.01));
                shards.add(shard(i, layout.shards(), words, key, keys, digests));
            }
            byte[] meta = metaWords.apply(encoder.meta(0.01, List.of(), new double[0]));
            return manifest(shards, key, keys, MerkleTree.root(digests), meta, secret);
        }
    }

    /** The content key, wrapped for the aggregator. */
    WrappedKey wrap(ContentKey key) {
        Roster roster = view.roster().orElseThrow();
        KemPublicKey aggregator =
                view.kemKey(roster.aggregator(), roster.epoch()).orElseThrow();
        return key.wrapFor(roster.aggregator(), aggregator, manifestContext, id, random);
    }

    private byte[] shard(
            int index, int count, byte[] words, ContentKey key, List<WrappedKey> keys, List<Digest> digests) {
        UpdateShard.Core made =
                shardCore.apply(new UpdateShard.Core(shardContext, id, sequence, index, count, keys, key.digest()));
        byte[] coreBytes = HeaderCodec.encodeCore(made);
        byte[] sealed;
        try (SecretBytes shardKey = key.shardKey(made.context(), made.updateId(), index)) {
            sealed = Seal.seal(shardKey, AssociatedData.shard(coreBytes), words);
        }
        digests.add(Digest.sha256(sealed));
        return SignedRecords.seal(new UpdateShard(made, coreBytes, Digest.sha256(sealed)), sealed, signer);
    }

    private Update manifest(
            List<byte[]> shards, ContentKey key, List<WrappedKey> keys, Digest root, byte[] meta, MaskSecret secret) {
        Roster roster = view.roster().orElseThrow();
        CommitteeSize size = new CommitteeSize(roster.committee().size());
        List<Encapsulation> encapsulations = roster.committee().stream()
                .map(member -> view.kemKey(member, roster.epoch()).orElseThrow().encapsulate(random))
                .toList();
        UpdateManifest.Core made = core.apply(new UpdateManifest.Core(
                manifestContext,
                id,
                sequence,
                base.manifest().version(),
                base.digest(),
                0,
                policy().weightRule(),
                expiryMillis,
                size.n(),
                size.threshold(),
                ShareCheck.REPETITIONS,
                policy().parameterSet(),
                view.modelSpecDigest(model).orElseThrow(),
                layout().parameterCount(),
                layout().shards(),
                keys,
                key.digest(),
                encapsulations.stream().map(Encapsulation::ciphertext).toList(),
                root));
        byte[] coreBytes = HeaderCodec.encodeCore(made);
        Digest coreDigest = Digest.sha256(coreBytes);
        int block = layout().metaBlock();
        Sharing sharing = new Sharing(size, id, secret, lies, random);
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        try (SecretBytes metaKey = key.metaKey(made.context(), id, block)) {
            payload.writeBytes(Seal.seal(metaKey, AssociatedData.meta(coreDigest, block), meta));
        }
        for (int j = 1; j <= size.n(); j++) {
            byte[] packet = changed(packets, j, sharing.packets().get(j - 1));
            try (SecretBytes packetKey =
                    PacketKeys.derive(encapsulations.get(j - 1).secret(), made.context(), id, j)) {
                byte[] sealed = Seal.seal(packetKey, AssociatedData.packet(coreDigest, j), packet);
                payload.writeBytes(changed(sealedPackets, j, sealed));
            }
        }
        encapsulations.forEach(Encapsulation::close);
        byte[] bytes = payload.toByteArray();
        UpdateManifest message = new UpdateManifest(
                made, coreBytes, Digest.sha256(bytes), sharing.commitments(), sharing.checkPolynomials(coreDigest));
        return new Update(id, shards, SignedRecords.seal(message, bytes, signer));
    }

    private static byte[] changed(Map<Integer, UnaryOperator<byte[]>> changes, int point, byte[] bytes) {
        return changes.getOrDefault(point, same -> same).apply(bytes);
    }

    /** Sets one word of a block, little-endian. */
    static UnaryOperator<byte[]> word(int index, int word) {
        return words -> {
            for (int i = 0; i < WORDS; i++) {
                words[index * WORDS + i] = (byte) (word >>> (Byte.SIZE * i));
            }
            return words;
        };
    }

    /** Flips the lowest bit of one byte; counted from the end if negative. */
    static UnaryOperator<byte[]> flip(int at) {
        return bytes -> {
            bytes[at < 0 ? bytes.length + at : at] ^= 1;
            return bytes;
        };
    }
}
