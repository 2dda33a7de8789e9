package org.silofold.protocol.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.testing.Samples;

class MerkleTreeTest {
    private static final byte[] LEAF = {0};
    private static final byte[] NODE = {1};

    @Test
    void smallTreesHaveTheShapeOfRfc9162() {
        Digest a = Samples.digest(0);
        Digest b = Samples.digest(1);
        Digest c = Samples.digest(2);
        Digest d = Samples.digest(3);
        Digest e = Samples.digest(4);
        assertThat(MerkleTree.root(List.of()).hex())
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(MerkleTree.root(List.of(a))).isEqualTo(leaf(a));
        assertThat(MerkleTree.root(List.of(a, b))).isEqualTo(node(leaf(a), leaf(b)));
        Digest three = node(node(leaf(a), leaf(b)), leaf(c));
        assertThat(MerkleTree.root(List.of(a, b, c))).isEqualTo(three);
        Digest four = node(node(leaf(a), leaf(b)), node(leaf(c), leaf(d)));
        assertThat(MerkleTree.root(List.of(a, b, c, d))).isEqualTo(four);
        assertThat(MerkleTree.root(List.of(a, b, c, d, e))).isEqualTo(node(four, leaf(e)));
    }

    /** Another algorithm: leaves are appended one by one, and two complete trees of one size become one. */
    @Test
    void treesOfEverySizeAgreeWithOnesGrownByAppending() {
        List<Digest> leaves = new ArrayList<>();
        for (int size = 1; size <= 200; size++) {
            leaves.add(Samples.digest(size));
            Deque<Digest> complete = new ArrayDeque<>();
            for (int i = 0; i < size; i++) {
                Digest tree = leaf(leaves.get(i));
                for (int rest = i; (rest & 1) == 1; rest >>= 1) {
                    tree = node(complete.pop(), tree);
                }
                complete.push(tree);
            }
            Digest root = complete.pop();
            while (!complete.isEmpty()) {
                root = node(complete.pop(), root);
            }
            assertThat(MerkleTree.root(leaves)).as(size + " leaves").isEqualTo(root);
        }
    }

    @Test
    void anyOtherLeafOrderOrCountGivesAnotherRoot() {
        List<Digest> leaves = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            leaves.add(Samples.digest(i));
        }
        Digest root = MerkleTree.root(leaves);
        for (int i = 0; i < leaves.size(); i++) {
            List<Digest> changed = new ArrayList<>(leaves);
            changed.set(i, Samples.digest(99));
            assertThat(MerkleTree.root(changed)).isNotEqualTo(root);
            List<Digest> without = new ArrayList<>(leaves);
            without.remove(i);
            assertThat(MerkleTree.root(without)).isNotEqualTo(root);
            List<Digest> swapped = new ArrayList<>(leaves);
            Collections.swap(swapped, i, (i + 1) % leaves.size());
            assertThat(MerkleTree.root(swapped)).isNotEqualTo(root);
        }
        List<Digest> doubled = new ArrayList<>(leaves);
        doubled.add(leaves.get(10));
        assertThat(MerkleTree.root(doubled)).isNotEqualTo(root);
        Digest inner = node(leaf(leaves.get(0)), leaf(leaves.get(1)));
        assertThat(MerkleTree.root(List.of(inner)))
                .as("a node is no leaf")
                .isNotEqualTo(MerkleTree.root(leaves.subList(0, 2)));
    }

    private static Digest leaf(Digest data) {
        return Digest.sha256(LEAF, data.toBytes());
    }

    private static Digest node(Digest left, Digest right) {
        return Digest.sha256(NODE, left.toBytes(), right.toBytes());
    }
}
