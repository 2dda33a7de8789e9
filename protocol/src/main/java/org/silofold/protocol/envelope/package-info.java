/**
 * How messages are framed, sealed and tied together: frames, length-prefixed encodings, AES-256-GCM seals in segments, Merkle
 * roots, content keys and what is derived from them. Hostile bytes flow in, verified bytes flow out; whatever does not add up is a
 * {@link org.silofold.protocol.reason.RejectedException} before anything is kept. Keys are {@link
 * org.silofold.protocol.key.SecretBytes}, wiped when closed.
 */
package org.silofold.protocol.envelope;
