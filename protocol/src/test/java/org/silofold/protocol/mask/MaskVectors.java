package org.silofold.protocol.mask;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.silofold.protocol.key.Hkdf;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.params.ParameterSet;

/** The known answers of an independent implementation, and the small constructions its file describes. */
public final class MaskVectors {
    public static final ParameterSet SET = ParameterSet.MASK_2048_32;

    private MaskVectors() {}

    public static JsonNode load() {
        try (InputStream in = MaskVectors.class.getResourceAsStream("/vectors/mask-2048-32.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static PublicElements elements() {
        return PublicElements.of(SET, "vector-federation", "vector-model", 7);
    }

    public static MaskSecret secret(JsonNode holder) {
        try (SecretBytes seed = SecretBytes.takeOver(
                HexFormat.of().parseHex(holder.get("seedHex").asText()))) {
            return MaskSecret.fromSeed(SET, seed);
        }
    }

    /** The first {@code count} words of uniform(HKDF(seed, info), IV 0). */
    public static int[] derived(byte[] seed, String info, int count) {
        byte[] key = Hkdf.derive(seed, info.getBytes(StandardCharsets.UTF_8), 32);
        return Uniform.words(SET, KeyStream.of(key), count);
    }

    /** The t coefficient vectors that the file shares this silo's secret with. */
    public static int[][] polynomials(JsonNode silo, int threshold) {
        byte[] seed = HexFormat.of().parseHex(silo.get("seedHex").asText());
        int[][] polynomials = new int[threshold][];
        try (MaskSecret secret = secret(silo)) {
            polynomials[0] = secret.toWords();
        }
        for (int k = 1; k < threshold; k++) {
            polynomials[k] = derived(seed, "vector/coefficient-" + k, SET.n());
        }
        return polynomials;
    }

    public static String sha256(int[] words) {
        return Digest.sha256(Words.toBytes(words)).hex();
    }

    public static int[] words(JsonNode list) {
        int[] words = new int[list.size()];
        for (int i = 0; i < words.length; i++) {
            words[i] = (int) list.get(i).asLong();
        }
        return words;
    }
}
