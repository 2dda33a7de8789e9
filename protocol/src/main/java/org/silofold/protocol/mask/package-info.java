/**
 * The ring mask: additively homomorphic masks from ring-LWE, so that silos never wait for each other. In: integers to hide, a fresh secret
 * for each update, public ring elements that nobody chooses. Held: transforms of secrets, wiped on close. Out: words below q as unsigned
 * ints or little-endian bytes; their sums; and, for who knows the sum of the secrets, the sum of the messages plus a small error.
 * Failing: words that are not below q are refused by {@link org.silofold.protocol.reason.RejectedException} before anything changes; misuse
 * (a block masked twice under one secret) throws {@link java.lang.IllegalStateException}.
 *
 * <p>A word is a number in 0..q-1. q may exceed 2^31, so a word in an {@code int} is unsigned.
 */
package org.silofold.protocol.mask;
