package org.silofold.protocol.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.silofold.protocol.testing.Samples.CONTEXT;
import static org.silofold.protocol.testing.Samples.assertRejected;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.key.Hkdf;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.WrappedKey;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.testing.FixedRandom;
import org.silofold.protocol.testing.Samples;

class ContentKeyTest {
    private static final UpdateId UPDATE = Samples.updateId(1);
    private static final String AGGREGATOR = "aggregator";

    private final SecureRandom random = new SecureRandom();
    private final KemPrivateKey aggregator = KemPrivateKey.generate(Suite.ML_KEM_768_ML_DSA_65);
    private final KemPrivateKey auditor = KemPrivateKey.generate(Suite.ML_KEM_768_ML_DSA_65);
    private final byte[] keyBytes = Samples.bytes(1, 32);
    private final ContentKey key = ContentKey.generate(new FixedRandom(keyBytes));
    private final WrappedKey wrapped = key.wrapFor(AGGREGATOR, aggregator.publicKey(), CONTEXT, UPDATE, random);

    @AfterEach
    void close() {
        aggregator.close();
        auditor.close();
        key.close();
    }

    @Test
    void everyRecipientUnwrapsTheSameKeyWhateverThePurpose() {
        WrappedKey other = key.wrapFor("auditor", auditor.publicKey(), CONTEXT, UPDATE, random);
        List<WrappedKey> both = List.of(wrapped, other);
        Context manifest = CONTEXT.withPurpose(Purpose.UPDATE_MANIFEST);
        try (ContentKey first = ContentKey.unwrap(both, AGGREGATOR, aggregator, manifest, UPDATE, key.digest());
                ContentKey second = ContentKey.unwrap(both, "auditor", auditor, CONTEXT, UPDATE, key.digest());
                SecretBytes mine = first.shardKey(CONTEXT, UPDATE, 0);
                SecretBytes theirs = second.shardKey(CONTEXT, UPDATE, 0);
                SecretBytes own = key.shardKey(CONTEXT, UPDATE, 0)) {
            assertThat(mine).isEqualTo(own).isEqualTo(theirs);
        }
    }

    @Test
    void theDigestIsTheProtocolPages() {
        assertThat(key.digest())
                .isEqualTo(Digest.sha256("silofold/v1/cek".getBytes(StandardCharsets.US_ASCII), keyBytes));
    }

    @Test
    void derivedKeysAreTheProtocolPages() {
        byte[] context = prefixed(
                integer(1),
                text(CONTEXT.suite()),
                text("hearts"),
                integer(7),
                CONTEXT.rosterDigest().toBytes(),
                ByteBuffer.allocate(8).putLong(3).array(),
                text("model-a"),
                text("silo-1"));
        byte[] shardContext = join(context, prefixed(text("silofold/v1/update-shard")));
        byte[] manifestContext = join(context, prefixed(text("silofold/v1/update-manifest")));
        derived(
                key.shardKey(CONTEXT, UPDATE, 9),
                prefixed(text("silofold/v1/update-shard"), shardContext, UPDATE.toBytes(), integer(9)));
        derived(
                key.metaKey(CONTEXT, UPDATE, 9),
                prefixed(text("silofold/v1/update-manifest"), manifestContext, UPDATE.toBytes(), integer(9)));
        try (SecretBytes secret = SecretBytes.copyOf(keyBytes)) {
            derived(
                    PacketKeys.derive(secret, CONTEXT, UPDATE, 9),
                    prefixed(text("silofold/v1/update-manifest"), manifestContext, UPDATE.toBytes(), integer(9)));
        }
    }

    @Test
    void everyShardMetaBlockUpdateAndContextHasItsOwnKey() {
        Set<String> keys = new HashSet<>();
        for (int index = 0; index < 5; index++) {
            for (UpdateId update : List.of(UPDATE, Samples.updateId(2))) {
                for (Context context : List.of(CONTEXT, CONTEXT.withSender("silo-2"))) {
                    keys.add(hex(key.shardKey(context, update, index)));
                    keys.add(hex(key.metaKey(context, update, index)));
                }
            }
        }
        assertThat(keys).hasSize(5 * 2 * 2 * 2);
    }

    @Test
    void onlyItsRecipientUpdateAndContextUnwrapIt() {
        List<WrappedKey> list = List.of(wrapped);
        Digest digest = key.digest();
        assertRejected(
                Reason.NOT_A_RECIPIENT, () -> ContentKey.unwrap(list, "auditor", aggregator, CONTEXT, UPDATE, digest));
        assertRejected(
                Reason.NOT_A_RECIPIENT,
                () -> ContentKey.unwrap(List.of(), AGGREGATOR, aggregator, CONTEXT, UPDATE, digest));
        mismatch(list, auditor, CONTEXT, UPDATE, digest);
        mismatch(list, aggregator, CONTEXT, Samples.updateId(2), digest);
        mismatch(list, aggregator, CONTEXT.withSender("silo-2"), UPDATE, digest);
        List<WrappedKey> renamed = List.of(new WrappedKey("auditor", wrapped.kemCiphertext(), wrapped.wrapped()));
        assertRejected(
                Reason.KEY_DIGEST_MISMATCH,
                () -> ContentKey.unwrap(renamed, "auditor", aggregator, CONTEXT, UPDATE, digest));
    }

    @Test
    void aKeyOtherThanTheHeadersIsRefusedThoughItOpens() {
        try (ContentKey second = ContentKey.generate(random)) {
            WrappedKey toAuditor = second.wrapFor("auditor", auditor.publicKey(), CONTEXT, UPDATE, random);
            List<WrappedKey> equivocating = List.of(wrapped, toAuditor);
            ContentKey.unwrap(equivocating, AGGREGATOR, aggregator, CONTEXT, UPDATE, key.digest())
                    .close();
            assertRejected(
                    Reason.KEY_DIGEST_MISMATCH,
                    () -> ContentKey.unwrap(equivocating, "auditor", auditor, CONTEXT, UPDATE, key.digest()));
        }
    }

    @Test
    void everyFlippedBitAndOtherLengthOfTheWrapIsRefused() {
        byte[] bytes = wrapped.wrapped();
        assertThat(bytes).hasSize(48);
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            mismatch(List.of(new WrappedKey(AGGREGATOR, wrapped.kemCiphertext(), flipped)));
        }
        for (int length = 0; length <= 64; length++) {
            if (length != bytes.length) {
                mismatch(List.of(new WrappedKey(AGGREGATOR, wrapped.kemCiphertext(), Arrays.copyOf(bytes, length))));
            }
        }
        for (int at = 0; at < 1088; at += 17) {
            byte[] flipped = wrapped.kemCiphertext().clone();
            flipped[at] ^= 0x10;
            mismatch(List.of(new WrappedKey(AGGREGATOR, flipped, bytes)));
        }
        for (int length : new int[] {0, 1, 1087, 1089}) {
            WrappedKey cut = new WrappedKey(AGGREGATOR, Arrays.copyOf(wrapped.kemCiphertext(), length), bytes);
            assertRejected(
                    Reason.INVALID_FIELD,
                    () -> ContentKey.unwrap(List.of(cut), AGGREGATOR, aggregator, CONTEXT, UPDATE, key.digest()));
        }
    }

    @Test
    void aClosedKeyIsNoKeyAndShowsNothing() {
        assertThat(key).hasToString("ContentKey[32 bytes]");
        key.close();
        assertThatThrownBy(key::digest).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> key.shardKey(CONTEXT, UPDATE, 0)).isInstanceOf(IllegalStateException.class);
    }

    private void mismatch(List<WrappedKey> list) {
        mismatch(list, aggregator, CONTEXT, UPDATE, key.digest());
    }

    private static void mismatch(
            List<WrappedKey> list, KemPrivateKey privateKey, Context context, UpdateId update, Digest digest) {
        assertRejected(
                Reason.KEY_DIGEST_MISMATCH,
                () -> ContentKey.unwrap(list, AGGREGATOR, privateKey, context, update, digest));
    }

    private void derived(SecretBytes actual, byte[] info) {
        assertThat(actual.toBytes()).isEqualTo(Hkdf.derive(keyBytes, info, 32));
        actual.close();
    }

    private static String hex(SecretBytes secret) {
        return HexFormat.of().formatHex(secret.toBytes());
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] integer(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /** LP(parts). */
    private static byte[] prefixed(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(integer(part.length));
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] join(byte[] a, byte[] b) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(a);
        out.writeBytes(b);
        return out.toByteArray();
    }
}
