package org.silofold.protocol.mask;

import java.util.Arrays;
import java.util.Objects;
import org.silofold.protocol.params.ParameterSet;

/** Opens folded blocks with the sum of the cohort's secrets: F_b - a_b * S is the sum of messages and errors. Not thread-safe. */
public final class Unmasker implements AutoCloseable {
    private final Ring ring;
    private final PublicElements elements;
    /** The sum's transform in Montgomery form. */
    private final int[] secretSum;

    private final int[] product;

    /**
     * @param elements the public elements of the cohort's context
     * @param secretSum N words in coefficient order, left as they are
     * @throws org.silofold.protocol.reason.RejectedException WORD_OUT_OF_RANGE if a word is not below q
     */
    public Unmasker(PublicElements elements, int[] secretSum) {
        ParameterSet set = elements.set();
        if (secretSum.length != set.n()) {
            throw new IllegalArgumentException("a secret sum has " + set.n() + " words, not " + secretSum.length);
        }
        Words.check(set, secretSum);
        this.ring = Ring.of(set);
        this.elements = elements;
        this.secretSum = secretSum.clone();
        ring.forward(this.secretSum);
        ring.toMontgomery(this.secretSum);
        this.product = new int[set.n()];
    }

    /**
     * Opens one block.
     *
     * @param block b
     * @param folded N words from {@code offset} on, left as they are unless it is also the output
     * @param signedOut receives N integers in (-q/2, q/2) from {@code outOffset} on
     */
    public void unmask(long block, int[] folded, int offset, int[] signedOut, int outOffset) {
        Objects.checkFromIndexSize(offset, product.length, folded.length);
        Objects.checkFromIndexSize(outOffset, product.length, signedOut.length);
        elements.expand(block, product);
        ring.pointwise(product, secretSum);
        ring.inverse(product);
        for (int i = 0; i < product.length; i++) {
            signedOut[outOffset + i] = ring.lift(ring.subtract(folded[offset + i], product[i]));
        }
    }

    /** Wipes the sum's transform; what is opened after that is noise. */
    @Override
    public void close() {
        Arrays.fill(secretSum, 0);
        Arrays.fill(product, 0);
    }
}
