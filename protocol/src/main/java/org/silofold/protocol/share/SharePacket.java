package org.silofold.protocol.share;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * What one member gets of a mask secret, protocol page 4.2. Secret: closed by whoever holds it.
 *
 * <pre>
 *   share: N words LE | blind: R words LE | salt: 32 bytes
 * </pre>
 */
public final class SharePacket implements AutoCloseable {
    /** Bytes of a salt. */
    public static final int SALT_LENGTH = 32;

    private static final byte[] PREFIX = "silofold/v1/share".getBytes(StandardCharsets.US_ASCII);

    private final int member;
    private final int[] share;
    private final int[] blind;
    private final byte[] salt;
    private boolean closed;

    /** A packet of these parts; takes the arrays over. */
    SharePacket(int member, int[] share, int[] blind, byte[] salt) {
        this.member = member;
        this.share = share;
        this.blind = blind;
        this.salt = salt;
    }

    /** Bytes of an encoded packet. */
    public static int length(ParameterSet set) {
        return (set.n() + ShareCheck.REPETITIONS) * Words.BYTES + SALT_LENGTH;
    }

    /**
     * Reads a packet.
     *
     * @param member its point, from 1
     * @throws RejectedException {@link Reason#INVALID_FIELD} for another length, {@link Reason#WORD_OUT_OF_RANGE} for a word not below q
     */
    public static SharePacket decode(ParameterSet set, int member, byte[] bytes) {
        if (bytes.length != length(set)) {
            throw new RejectedException(
                    Reason.INVALID_FIELD, "a share packet has " + length(set) + " bytes, not " + bytes.length);
        }
        int blindAt = set.n() * Words.BYTES;
        return new SharePacket(
                member,
                Words.read(set, bytes, 0, set.n()),
                Words.read(set, bytes, blindAt, ShareCheck.REPETITIONS),
                Arrays.copyOfRange(bytes, bytes.length - SALT_LENGTH, bytes.length));
    }

    /**
     * The packet's bytes, owned by the caller, who wipes them.
     *
     * @throws IllegalStateException after {@link #close()}
     */
    public byte[] encode() {
        requireOpen();
        byte[] bytes = new byte[(share.length + blind.length) * Words.BYTES + SALT_LENGTH];
        Words.write(share, bytes, 0);
        Words.write(blind, bytes, share.length * Words.BYTES);
        System.arraycopy(salt, 0, bytes, bytes.length - SALT_LENGTH, SALT_LENGTH);
        return bytes;
    }

    /** The commitment h_j to this packet. */
    public Digest commitment(UpdateId updateId) {
        byte[] point = ByteBuffer.allocate(Short.BYTES).putShort((short) member).array();
        byte[] body = encode();
        try {
            return Digest.sha256(PREFIX, updateId.toBytes(), point, body);
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    /** The member's point, from 1. */
    public int member() {
        return member;
    }

    /** A copy of the share: N words, owned by the caller, who wipes it. */
    public int[] share() {
        requireOpen();
        return share.clone();
    }

    int[] shareInPlace() {
        requireOpen();
        return share;
    }

    int[] blindInPlace() {
        requireOpen();
        return blind;
    }

    /** Overwrites share, blind and salt with zeros. */
    @Override
    public void close() {
        closed = true;
        Arrays.fill(share, 0);
        Arrays.fill(blind, 0);
        Arrays.fill(salt, (byte) 0);
    }

    /** The member alone. */
    @Override
    public String toString() {
        return "SharePacket[member " + member + "]";
    }

    /** A wiped packet holds zeros, which must not pass for a share. */
    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the packet of member " + member + " was wiped");
        }
    }
}
