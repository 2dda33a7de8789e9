package org.silofold.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.silofold.protocol.envelope.ContentKey;
import org.silofold.protocol.envelope.MerkleTree;
import org.silofold.protocol.envelope.Seal;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.WrappedKey;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.share.Dealer;
import org.silofold.protocol.share.Dealing;
import org.silofold.protocol.share.ShareCheck;
import org.silofold.protocol.share.SharePacket;

/** What is inside of records: seals, wrapped keys, words, share packets and their check, trees of digests. */
class EnvelopeFuzzTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final CommitteeSize COMMITTEE = new CommitteeSize(4);
    private static final UpdateId ID = UpdateId.of(new byte[UpdateId.LENGTH]);
    private static final Digest CORE = Digest.sha256(new byte[] {1});
    private static final Context CONTEXT = new Context(
            Context.VERSION,
            Suite.ML_KEM_768_ML_DSA_65.text(),
            "fed",
            1,
            Digest.ZERO,
            1,
            "m",
            "silo",
            Purpose.UPDATE_SHARD);
    private static final byte[] ASSOCIATED = {1, 2, 3};
    private static final KemPrivateKey KEM = KemPrivateKey.generate(Suite.ML_KEM_768_ML_DSA_65);
    private static final ContentKey KEY = ContentKey.generate(new SecureRandom());
    private static final Dealing DEALING =
            Dealer.deal(SET, COMMITTEE, ID, MaskSecret.fresh(SET, new SecureRandom()), new SecureRandom());
    private static final int[][] POLYNOMIALS = DEALING.checkPolynomials(CORE);

    /** A seal that was changed anywhere, cut or extended does not open; one that was not does. */
    @FuzzTest
    void seal(byte[] data) {
        Choices choices = new Choices(data);
        byte[] plain = new byte[choices.below(3 * Seal.SEGMENT)];
        try (SecretBytes key = SecretBytes.takeOver(new byte[32])) {
            byte[] sealed = Seal.seal(key, ASSOCIATED, plain);
            byte[] changed = Arrays.copyOf(sealed, Math.max(0, sealed.length + choices.below(35) - 17));
            if (changed.length > 0) {
                changed[choices.below(changed.length)] ^= (byte) choices.below(256);
            }
            boolean opens = Oracle.accepts(() -> Seal.open(key, ASSOCIATED, changed), RejectedException.class);
            Oracle.require(opens == Arrays.equals(changed, sealed), "a seal opens if and only if it is whole");
            Oracle.accepts(() -> Seal.open(key, ASSOCIATED, data), RejectedException.class);
        }
    }

    @FuzzTest
    void unwrap(byte[] data) {
        Choices choices = new Choices(data);
        WrappedKey whole = KEY.wrapFor("aggregator", KEM.publicKey(), CONTEXT, ID);
        WrappedKey changed = choices.oneIn(4)
                ? new WrappedKey("aggregator", choices.bytes(choices.below(1200)), choices.rest())
                : Mutator.mutate(whole, choices);
        boolean same = changed.recipient().equals(whole.recipient())
                && Arrays.equals(changed.wrapped(), whole.wrapped())
                && Arrays.equals(changed.kemCiphertext(), whole.kemCiphertext());
        boolean opens = Oracle.accepts(
                () -> ContentKey.unwrap(List.of(changed), "aggregator", KEM, CONTEXT, ID, KEY.digest())
                        .close(),
                RejectedException.class);
        Oracle.require(opens == same, "a wrapped key opens if and only if it is whole");
    }

    /** Words at the edge of q, and any others. */
    @FuzzTest
    void words(byte[] data) {
        int count = data.length / Words.BYTES;
        Oracle.accepts(
                () -> {
                    int[] words = Words.read(SET, data, 0, count);
                    Words.check(SET, words);
                    byte[] again = Words.toBytes(words);
                    Oracle.require(Arrays.equals(again, 0, again.length, data, 0, again.length), "other words");
                    for (int word : words) {
                        Oracle.require(Integer.toUnsignedLong(word) < SET.q(), "a word that is not below q");
                    }
                },
                RejectedException.class);
    }

    /** Only the packet that was dealt passes, whatever is changed of packet, commitments and polynomials. */
    @FuzzTest
    void sharePacket(byte[] data) {
        Choices choices = new Choices(data);
        int member = 1 + choices.below(COMMITTEE.n());
        byte[] dealt = DEALING.packets().get(member - 1).encode();
        byte[] bytes = choices.oneIn(8) ? Arrays.copyOf(dealt, choices.below(2 * dealt.length)) : dealt.clone();
        while (choices.more() && choices.oneIn(2) && bytes.length > 0) {
            bytes[choices.below(bytes.length)] ^= (byte) choices.below(256);
        }
        List<Digest> commitments = new ArrayList<>(DEALING.commitments());
        int[][] polynomials = POLYNOMIALS.clone();
        int point = member;
        boolean changed = !Arrays.equals(bytes, dealt);
        switch (choices.below(6)) {
            case 1 -> commitments.remove(choices.below(commitments.size()));
            case 2 -> commitments.set(choices.below(commitments.size()), Digest.ZERO);
            case 3 -> polynomials = Arrays.copyOf(polynomials, choices.below(polynomials.length));
            case 4 -> polynomials[choices.below(polynomials.length)] = new int[choices.below(5)];
            case 5 -> point = 1 + choices.below(40);
            default -> changed |= false;
        }
        boolean whole = !changed
                && point == member
                && commitments.equals(DEALING.commitments())
                && Arrays.deepEquals(polynomials, POLYNOMIALS);
        int[][] z = polynomials;
        int at = point;
        boolean passes = Oracle.accepts(
                () -> {
                    try (SharePacket packet = SharePacket.decode(SET, at, bytes)) {
                        Oracle.require(Arrays.equals(packet.encode(), bytes), "a packet encodes to other bytes");
                        ShareCheck.verify(SET, COMMITTEE, ID, CORE, commitments, z, packet);
                    }
                },
                RejectedException.class);
        Oracle.require(passes == whole, "a share passes if and only if it is the dealt one");
    }

    /** Two different lists of leaves have different roots. */
    @FuzzTest
    void merkleTree(byte[] data) {
        Choices choices = new Choices(data);
        List<Digest> leaves = new ArrayList<>();
        for (int left = choices.below(64); left > 0; left--) {
            leaves.add(Digest.sha256(new byte[] {(byte) choices.below(256)}));
        }
        List<Digest> other = new ArrayList<>(leaves);
        switch (choices.below(3)) {
            case 0 -> other.add(choices.of(List.of(Digest.ZERO, MerkleTree.root(leaves))));
            case 1 -> other.replaceAll(leaf -> choices.oneIn(8) ? Digest.ZERO : leaf);
            default ->
                other.subList(choices.below(other.size() + 1), other.size()).clear();
        }
        boolean sameRoot = MerkleTree.root(leaves).equals(MerkleTree.root(other));
        Oracle.require(sameRoot == leaves.equals(other), "two lists of leaves with one root");
    }
}
