package org.silofold.protocol.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;

/** A JSON file of known answers that remembers which of its values were read, so that a test can prove it skipped none. */
public final class VectorFile {
    private final JsonNode root;
    private final Set<String> read = new TreeSet<>();

    private VectorFile(JsonNode root) {
        this.root = root;
    }

    /** Loads a resource; gunzips it if its name ends in .gz. */
    public static VectorFile load(String resource) {
        try (InputStream raw = VectorFile.class.getResourceAsStream(resource)) {
            if (raw == null) {
                throw new IllegalStateException("no test resource " + resource);
            }
            InputStream in = resource.endsWith(".gz") ? new GZIPInputStream(raw) : raw;
            return new VectorFile(new ObjectMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The value at a JSON pointer, which counts as read with all that is below it. */
    public JsonNode at(String pointer) {
        JsonNode node = root.at(pointer);
        if (node.isMissingNode()) {
            throw new IllegalStateException("no vector at " + pointer);
        }
        read.add(pointer);
        return node;
    }

    /** How many elements the array at a pointer has; does not count as read. */
    public int size(String pointer) {
        return root.at(pointer).size();
    }

    /** The words at a pointer. */
    public int[] words(String pointer) {
        JsonNode node = at(pointer);
        int[] words = new int[node.size()];
        for (int i = 0; i < words.length; i++) {
            words[i] = (int) node.get(i).longValue();
        }
        return words;
    }

    /** The pointers of all leaves that nobody read, among those that match. */
    public Set<String> unread(Predicate<String> among) {
        Set<String> unread = new TreeSet<>();
        collect(root, "", unread);
        unread.removeIf(pointer -> !among.test(pointer));
        return unread;
    }

    private void collect(JsonNode node, String pointer, Set<String> unread) {
        if (read.contains(pointer)) {
            return;
        }
        if (node.isObject()) {
            node.properties().forEach(field -> collect(field.getValue(), pointer + "/" + field.getKey(), unread));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                collect(node.get(i), pointer + "/" + i, unread);
            }
        } else {
            unread.add(pointer);
        }
    }
}
