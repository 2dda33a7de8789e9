package org.silofold.fuzz;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.schemas.codec.RawHeaders;

/** Changes one field of a message, however deep, to a value that the fuzzer chooses: knows the types of fields, not the messages. */
public final class Mutator {
    private static final List<String> TEXTS = List.of(
            "",
            "a",
            "silo-1",
            "aggregator",
            "basel",
            "no such party",
            "-",
            "\u0000",
            "\u00e9\u2028\ud83d\ude00",
            "a/b",
            "..",
            "x".repeat(64));
    private static final List<Long> NUMBERS = List.of(
            0L, 1L, -1L, 5L, 127L, 1024L, 1L << 31, (1L << 31) - 1, Long.MAX_VALUE, Long.MIN_VALUE, -(1L << 31));
    private static final List<Double> REALS = List.of(
            0.0, -0.0, 1.0, -1.0, Double.NaN, Double.POSITIVE_INFINITY, Double.MIN_VALUE, Double.MAX_VALUE, 1e-300);
    private static final int MANY = 1100;

    private Mutator() {}

    /** The record with one field changed, or the record itself if its constructor refuses the change. */
    public static <R extends Record> R mutate(R record, Choices choices) {
        RecordComponent[] components = record.getClass().getRecordComponents();
        if (components.length == 0) {
            return record;
        }
        int changed = choices.below(components.length);
        try {
            Object[] values = new Object[components.length];
            Class<?>[] types = new Class<?>[components.length];
            for (int i = 0; i < components.length; i++) {
                components[i].getAccessor().setAccessible(true);
                values[i] = components[i].getAccessor().invoke(record);
                types[i] = components[i].getType();
            }
            values[changed] = value(values[changed], components[changed].getGenericType(), choices);
            Constructor<?> constructor = record.getClass().getDeclaredConstructor(types);
            constructor.setAccessible(true);
            @SuppressWarnings("unchecked")
            R mutated = (R) withCore((Record) constructor.newInstance(values));
            return mutated;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException) {
                return record;
            }
            throw new AssertionError(e);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a record of " + record.getClass() + " cannot be taken apart", e);
        }
    }

    /** Headers with a core hold its bytes too. */
    private static Record withCore(Record record) {
        if (record instanceof UpdateManifest manifest) {
            return new UpdateManifest(
                    manifest.core(),
                    RawHeaders.core(manifest.core()).orElse(manifest.coreBytes()),
                    manifest.payloadDigest(),
                    manifest.commitments(),
                    manifest.checkPolynomials());
        } else if (record instanceof UpdateShard shard) {
            return new UpdateShard(
                    shard.core(), RawHeaders.core(shard.core()).orElse(shard.coreBytes()), shard.payloadDigest());
        }
        return record;
    }

    private static Object value(Object value, Type type, Choices choices) {
        if (value instanceof Record record) {
            return mutate(record, choices);
        } else if (value instanceof Integer number) {
            return (int) number(number, choices);
        } else if (value instanceof Long number) {
            return number(number, choices);
        } else if (value instanceof Double) {
            return choices.oneIn(2) ? Double.longBitsToDouble(choices.number()) : choices.of(REALS);
        } else if (value instanceof Boolean flag) {
            return !flag;
        } else if (value instanceof String text) {
            return text(text, choices);
        } else if (value instanceof Digest digest) {
            return Digest.of(flipped(digest.toBytes(), choices));
        } else if (value instanceof UpdateId id) {
            return UpdateId.of(flipped(id.toBytes(), choices));
        } else if (value instanceof Enum<?> constant) {
            return choices.of(Arrays.asList(constant.getDeclaringClass().getEnumConstants()));
        } else if (value instanceof Optional<?> optional) {
            return optional(optional, type, choices);
        } else if (value instanceof List<?> list) {
            return list(list, type, choices);
        } else if (value instanceof Map<?, ?> map) {
            return map(map, choices);
        } else if (value instanceof byte[] bytes) {
            return bytes(bytes, choices);
        } else if (value instanceof int[] words) {
            return words(words, choices);
        } else if (value instanceof int[][] rows) {
            int[][] copy = rows.clone();
            if (copy.length > 0) {
                int row = choices.below(copy.length);
                copy[row] = words(copy[row], choices);
            }
            return choices.oneIn(8) ? Arrays.copyOf(copy, Math.max(0, copy.length - 1)) : copy;
        }
        throw new AssertionError("a field of a type that is not known here: " + type);
    }

    private static long number(long value, Choices choices) {
        return switch (choices.below(4)) {
            case 0 -> value + 1;
            case 1 -> value - 1;
            case 2 -> choices.of(NUMBERS);
            default -> choices.number();
        };
    }

    private static String text(String text, Choices choices) {
        return switch (choices.below(4)) {
            case 0 -> choices.of(TEXTS);
            case 1 -> text + (char) choices.below(0x10000);
            case 2 -> text.isEmpty() ? "b" : text.substring(1);
            default -> new String(choices.bytes(choices.below(64)), StandardCharsets.ISO_8859_1);
        };
    }

    private static Object optional(Optional<?> value, Type type, Choices choices) {
        if (value.isPresent()) {
            return choices.oneIn(2) ? Optional.empty() : Optional.of(value(value.get(), argument(type), choices));
        }
        return argument(type) instanceof Class<?> inner && inner.isEnum()
                ? Optional.of(choices.of(Arrays.asList(inner.getEnumConstants())))
                : value;
    }

    private static List<?> list(List<?> list, Type type, Choices choices) {
        List<Object> copy = new ArrayList<>(list);
        if (copy.isEmpty()) {
            return argument(type) == byte[].class ? List.of(choices.bytes(64)) : copy;
        }
        int at = choices.below(copy.size());
        switch (choices.below(6)) {
            case 0 -> copy.remove(at);
            case 1 -> copy.add(copy.get(at));
            case 2 -> Collections.swap(copy, at, choices.below(copy.size()));
            case 3 -> copy.addAll(Collections.nCopies(MANY, copy.get(at)));
            default -> copy.set(at, value(copy.get(at), argument(type), choices));
        }
        return copy;
    }

    /** Maps of messages go from text to text or number. */
    private static Map<?, ?> map(Map<?, ?> map, Choices choices) {
        TreeMap<Object, Object> copy = new TreeMap<>(map);
        if (copy.isEmpty() || choices.oneIn(2)) {
            Object value = copy.isEmpty() ? "" : copy.firstEntry().getValue();
            copy.put(text("key", choices), value(value, value.getClass(), choices));
        } else {
            copy.remove(copy.firstKey());
        }
        return copy;
    }

    private static byte[] bytes(byte[] bytes, Choices choices) {
        return switch (choices.below(4)) {
            case 0 -> Arrays.copyOf(bytes, bytes.length + 1);
            case 1 -> Arrays.copyOf(bytes, bytes.length / 2);
            case 2 -> choices.bytes(choices.below(64));
            default -> flipped(bytes, choices);
        };
    }

    private static byte[] flipped(byte[] bytes, Choices choices) {
        byte[] copy = bytes.clone();
        if (copy.length > 0) {
            copy[choices.below(copy.length)] ^= (byte) (1 + choices.below(255));
        }
        return copy;
    }

    private static int[] words(int[] words, Choices choices) {
        int[] copy = choices.oneIn(8) ? Arrays.copyOf(words, words.length + 1) : words.clone();
        if (copy.length > 0) {
            copy[choices.below(copy.length)] = choices.oneIn(2) ? -1 : (int) choices.number();
        }
        return copy;
    }

    private static Type argument(Type type) {
        return type instanceof ParameterizedType parameterized
                ? parameterized.getActualTypeArguments()[0]
                : Object.class;
    }

    /** A message with up to three fields changed. */
    public static Message message(Message message, Choices choices) {
        Record mutated = (Record) message;
        for (int changes = 1 + choices.below(3); changes > 0; changes--) {
            mutated = mutate(mutated, choices);
        }
        return (Message) mutated;
    }
}
