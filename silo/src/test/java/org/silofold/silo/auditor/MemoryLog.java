package org.silofold.silo.auditor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;

/** A log in memory, that a test can tamper with. */
public final class MemoryLog implements CohortLog {
    private final Map<String, List<LogRecord>> records = new TreeMap<>();
    private long now;

    /** @param nowMillis the timestamp of what is added */
    public MemoryLog(long nowMillis) {
        this.now = nowMillis;
    }

    public static String manifestName(UpdateRef update) {
        return "manifest " + update.silo() + " " + update.manifestDigest().hex();
    }

    public static String shardName(String silo, UpdateId updateId, int shard) {
        return "shard " + silo + " " + updateId + " " + shard;
    }

    public static String voteName(String member, Digest cohort) {
        return "vote " + member + " " + cohort.hex();
    }

    public static String responseName(String member, Digest cohort) {
        return "response " + member + " " + cohort.hex();
    }

    public static String initialName(String model, int shard) {
        return "initial " + model + " " + shard;
    }

    public void at(long millis) {
        now = millis;
    }

    public void add(String name, byte[] record) {
        records.computeIfAbsent(name, n -> new ArrayList<>()).add(new LogRecord(record, now));
    }

    /** Puts a record before all others of its name. */
    public void addFirst(String name, byte[] record) {
        records.computeIfAbsent(name, n -> new ArrayList<>()).add(0, new LogRecord(record, now));
    }

    public void remove(String name) {
        if (records.remove(name) == null) {
            throw new AssertionError("no " + name);
        }
    }

    /** Replaces the one record of a name. */
    public void replace(String name, UnaryOperator<byte[]> change) {
        List<LogRecord> old = records.get(name);
        if (old == null || old.size() != 1) {
            throw new AssertionError("not one " + name);
        }
        records.put(
                name,
                new ArrayList<>(List.of(new LogRecord(
                        change.apply(old.get(0).value().clone()), old.get(0).timestampMillis()))));
    }

    public byte[] get(String name) {
        return records.get(name).get(0).value();
    }

    /** Every record with the words of its name. */
    public void forEach(BiConsumer<List<String>, LogRecord> reader) {
        records.forEach((name, all) -> all.forEach(record -> reader.accept(List.of(name.split(" ")), record)));
    }

    private List<LogRecord> find(String name) {
        return records.getOrDefault(name, List.of());
    }

    @Override
    public List<LogRecord> manifests(UpdateRef update) {
        return find(manifestName(update));
    }

    @Override
    public boolean hasShard(String silo, UpdateId updateId, int shard) {
        return !find(shardName(silo, updateId, shard)).isEmpty();
    }

    @Override
    public List<LogRecord> shards(String silo, UpdateId updateId, int shard) {
        return find(shardName(silo, updateId, shard));
    }

    @Override
    public List<LogRecord> votes(String member, Digest cohort) {
        return find(voteName(member, cohort));
    }

    @Override
    public List<LogRecord> responses(String member, Digest cohort) {
        return find(responseName(member, cohort));
    }

    @Override
    public List<LogRecord> initial(String model, int shard) {
        return find(initialName(model, shard));
    }
}
