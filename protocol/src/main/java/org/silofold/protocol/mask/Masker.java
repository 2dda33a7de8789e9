package org.silofold.protocol.mask;

import java.util.Arrays;
import java.util.BitSet;
import org.silofold.protocol.params.ParameterSet;

/**
 * Masks the blocks of one update: c_b = a_b * s + e_b + m_b. Two maskings of a block under one secret differ by their messages and
 * errors alone, so each block is masked once. Not thread-safe.
 */
public final class Masker implements AutoCloseable {
    private final Ring ring;
    private final PublicElements elements;
    private final DiscreteGaussian gaussian;
    /** The secret's transform in Montgomery form. */
    private final int[] secret;

    private final int[] product;
    private final int[] errors;
    private final BitSet masked = new BitSet();
    private boolean closed;

    /**
     * @param elements the public elements of the update's context
     * @param secret the update's secret; the caller closes it, when it has been shared out
     * @param gaussian the source of errors; the caller closes it
     */
    public Masker(PublicElements elements, MaskSecret secret, DiscreteGaussian gaussian) {
        if (!elements.set().equals(secret.set())) {
            throw new IllegalArgumentException("elements and secret are of different parameter sets");
        }
        this.ring = Ring.of(elements.set());
        this.elements = elements;
        this.gaussian = gaussian;
        this.secret = secret.toWords();
        ring.forward(this.secret);
        ring.toMontgomery(this.secret);
        this.product = new int[elements.set().n()];
        this.errors = new int[elements.set().n()];
    }

    /** The parameter set. */
    public ParameterSet set() {
        return ring.set();
    }

    /**
     * Masks one block.
     *
     * @param block b, 0 or more, not masked before
     * @param messages N signed integers of magnitude below q/2; left as they are
     * @param out receives N words, 4N bytes, from {@code offset} on
     * @throws IllegalStateException if this block was masked before, or after {@link #close()}
     */
    public void mask(int block, int[] messages, byte[] out, int offset) {
        gaussian.sample(errors);
        mask(block, messages, errors, out, offset);
        Arrays.fill(errors, 0);
    }

    /** As {@link #mask(int, int[], byte[], int)} with the errors given, for known answers. */
    void mask(int block, int[] messages, int[] givenErrors, byte[] out, int offset) {
        if (closed || masked.get(block)) {
            throw new IllegalStateException(closed ? "the masker is closed" : "block " + block + " was masked before");
        }
        if (messages.length != product.length) {
            throw new IllegalArgumentException("a block has " + product.length + " messages, not " + messages.length);
        }
        masked.set(block);
        elements.expand(block, product);
        ring.pointwise(product, secret);
        ring.inverse(product);
        for (int i = 0; i < product.length; i++) {
            int hidden = ring.add(product[i], ring.lower(messages[i] + givenErrors[i]));
            Words.put(out, offset + i * Words.BYTES, hidden);
        }
    }

    /** Wipes the secret's transform. */
    @Override
    public void close() {
        closed = true;
        Arrays.fill(secret, 0);
        Arrays.fill(product, 0);
        Arrays.fill(errors, 0);
    }
}
