package org.silofold.silo.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.Topics;
import org.silofold.silo.auditor.LogIndex;
import org.silofold.silo.auditor.LogRecord;
import org.silofold.silo.party.PartyDirectory;

/** The topics of a federation in memory, that a test can tamper with; records get their offsets when it is checked. */
final class History {
    static final Topics TOPICS = new Topics("");

    private final String federation;
    private final VerifyingKey authority;
    private final List<Said> records = new ArrayList<>();

    /** A record of a topic. */
    record Said(String topic, byte[] key, byte[] value, long timestampMillis) {}

    History(String federation, VerifyingKey authority) {
        this.federation = federation;
        this.authority = authority;
    }

    History copy() {
        History copy = new History(federation, authority);
        copy.records.addAll(records);
        return copy;
    }

    List<Said> records() {
        return List.copyOf(records);
    }

    void add(String topic, byte[] key, byte[] value, long timestampMillis) {
        records.add(new Said(topic, key, value, timestampMillis));
    }

    /** Takes the records out that are meant; there must be so many. */
    void remove(int count, Predicate<Said> which) {
        int before = records.size();
        records.removeIf(which);
        if (before - records.size() != count) {
            throw new AssertionError(before - records.size() + " records, not " + count);
        }
    }

    /** Puts another value in the place of a record's. */
    void replace(Said old, byte[] value) {
        records.set(records.indexOf(old), new Said(old.topic(), old.key(), value, old.timestampMillis()));
    }

    Origin at(Said said) {
        long offset = records.subList(0, records.indexOf(said)).stream()
                .filter(other -> other.topic().equals(said.topic()))
                .count();
        return new Origin(said.topic(), 0, offset);
    }

    /** What was read of it. */
    LogFacts facts(Path fresh, Gaps gaps) throws IOException {
        return read(fresh, (registry, index, fetcher, facts) -> facts, gaps);
    }

    Report check(Path fresh, HistoryCheck.Mode mode) throws IOException {
        return check(fresh, mode, Gaps.NONE, Optional.empty());
    }

    Report check(Path fresh, HistoryCheck.Mode mode, Gaps gaps, Optional<PartyDirectory> key) throws IOException {
        return read(
                fresh,
                (registry, index, fetcher, facts) -> HistoryCheck.check(
                        facts,
                        TOPICS,
                        registry,
                        index.log(fetcher),
                        key.map(party -> LogCheck.opening(party, registry, index, fetcher)),
                        mode),
                gaps);
    }

    private interface Use<T> {
        T with(RegistryHistory registry, LogIndex index, LogIndex.Fetcher fetcher, LogFacts facts) throws IOException;
    }

    private <T> T read(Path fresh, Use<T> use, Gaps gaps) throws IOException {
        Map<TopicPartition, List<LogRecord>> log = new HashMap<>();
        RegistryHistory registry = new RegistryHistory(federation, authority);
        FactReader reader = new FactReader(TOPICS, registry);
        List<LogEntry> others = new ArrayList<>();
        for (Said said : records) {
            TopicPartition partition = new TopicPartition(said.topic(), 0);
            List<LogRecord> before = log.computeIfAbsent(partition, p -> new ArrayList<>());
            LogEntry entry = new LogEntry(
                    new Origin(said.topic(), 0, before.size()), said.key(), said.value(), said.timestampMillis());
            before.add(entry.record());
            if (said.topic().equals(TOPICS.registry())) {
                reader.registry(entry);
            } else {
                others.add(entry);
            }
        }
        LogIndex.Fetcher fetcher =
                (partition, offset) -> Optional.of(log.get(partition).get(Math.toIntExact(offset)));
        try (LogIndex index = LogIndex.create(TOPICS, registry, Files.createTempDirectory(fresh, "index"))) {
            index.transaction(() -> LogCheck.take(others, reader, index));
            return use.with(registry, index, fetcher, reader.facts(gaps));
        }
    }
}
