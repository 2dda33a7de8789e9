package org.silofold.silo.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.Topics;
import org.silofold.silo.agent.KafkaClients;
import org.silofold.silo.agent.ModelChain;
import org.silofold.silo.auditor.LogIndex;
import org.silofold.silo.auditor.RecordFetcher;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.party.PartyException;

/** Verifies the history of a federation from the committed records of its topics, from their beginning to where they end now. */
public final class LogCheck {
    private static final String CLIENT = "verify-log";

    private LogCheck() {}

    /**
     * What is checked, and with what.
     *
     * @param kafka client settings, the broker's address among them
     * @param topics names of the topics
     * @param federation the federation's name
     * @param authority its authority's key
     * @param key directory of the aggregator or an auditor, whose KEM keys open the updates; empty to make no version again
     * @param mode what updates that are still open mean
     */
    public record Settings(
            Properties kafka,
            Topics topics,
            String federation,
            VerifyingKey authority,
            Optional<PartyDirectory> key,
            HistoryCheck.Mode mode) {
        /**
         * @throws PartyException if the key is of a party to which no update is sealed, or of another federation
         */
        public Settings {
            key.ifPresent(party -> requireRecipient(party, federation, authority));
        }

        /** The federation and the broker that a party knows. */
        public static Settings of(PartyDirectory party, Optional<PartyDirectory> key, HistoryCheck.Mode mode) {
            return new Settings(
                    party.kafkaProperties(),
                    new Topics(party.config().topicPrefix()),
                    party.config().federation(),
                    party.authorityKey(),
                    key,
                    mode);
        }

        private static void requireRecipient(PartyDirectory party, String federation, VerifyingKey authority) {
            Role role = party.config().role();
            if (role != Role.AGGREGATOR && role != Role.AUDITOR) {
                throw new PartyException(party.root() + ": " + party.name() + " is a " + role.code()
                        + "; updates open for the aggregator and auditors alone");
            }
            if (!party.config().federation().equals(federation)
                    || !party.authorityKey().equals(authority)) {
                throw new PartyException(party.root() + ": " + party.name() + " is of another federation");
            }
        }
    }

    /**
     * Checks everything. It takes disk for an index, and with a key for three times the model, twice, in the directory for temporary files.
     *
     * @throws IOException if that cannot be written
     * @throws KafkaException if the log cannot be read; it names the broker
     */
    public static Report run(Settings settings) throws IOException {
        try (WorkDirectory work = new WorkDirectory("silofold-verify-log")) {
            return run(settings, work.path());
        } catch (KafkaException e) {
            throw new KafkaException(
                    settings.kafka().getProperty(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG) + ": " + e.getMessage(),
                    e);
        }
    }

    private static Report run(Settings settings, Path work) throws IOException {
        RegistryHistory registry = new RegistryHistory(settings.federation(), settings.authority());
        try (KafkaConsumer<byte[], byte[]> committed = KafkaClients.consumer(settings.kafka(), CLIENT, true);
                KafkaConsumer<byte[], byte[]> uncommitted =
                        KafkaClients.consumer(settings.kafka(), CLIENT + "-ingress", false);
                KafkaConsumer<byte[], byte[]> fetching =
                        KafkaClients.fetcher(settings.kafka(), CLIENT + "-fetch", false);
                LogIndex index = LogIndex.create(settings.topics(), registry, work)) {
            LogFacts facts =
                    read(settings.topics(), new LogScan(settings.topics(), committed, uncommitted), registry, index);
            LogIndex.Fetcher fetcher = LogIndex.Fetcher.of(new RecordFetcher(fetching));
            return HistoryCheck.check(
                    facts,
                    settings.topics(),
                    registry,
                    index.log(fetcher),
                    settings.key().map(party -> opening(party, registry, index, fetcher)),
                    settings.mode());
        }
    }

    private static LogFacts read(Topics topics, LogScan scan, RegistryHistory registry, LogIndex index) {
        FactReader reader = new FactReader(topics, registry);
        scan.registry(reader::registry);
        scan.others(batch -> index.transaction(() -> take(batch, reader, index)));
        return reader.facts(scan.gaps(registry.rosters().values()));
    }

    static void take(List<LogEntry> batch, FactReader reader, LogIndex index) {
        for (LogEntry entry : batch) {
            reader.accept(entry);
            if (entry.value() != null) {
                Origin at = entry.at();
                index.add(new TopicPartition(at.topic(), at.partition()), at.offset(), entry.record());
            }
        }
    }

    static HistoryCheck.Opening opening(
            PartyDirectory party, RegistryHistory registry, LogIndex index, LogIndex.Fetcher fetcher) {
        return new HistoryCheck.Opening() {
            @Override
            public String by() {
                return party.name();
            }

            @Override
            public LogIndex.Recomputation recomputation(ModelChain chain) {
                return index.recomputation(party, registry, registry, chain, fetcher);
            }
        };
    }
}
