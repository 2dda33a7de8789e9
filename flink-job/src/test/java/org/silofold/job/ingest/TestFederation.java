package org.silofold.job.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.silofold.job.config.KeyFiles;
import org.silofold.job.config.Party;
import org.silofold.job.event.RawRecord;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.registry.RegistryDocuments;
import org.silofold.schemas.registry.RegistryView;

/** A federation of really enrolled parties: two silos, three members, an aggregator whose keys lie in files. */
final class TestFederation {
    static final String NAME = "fed";
    static final String MODEL = "heart";
    static final Party PARTY = new Party(NAME, "aggregator", "");
    static final List<String> SILOS = List.of("anna", "berta");
    static final List<String> MEMBERS = List.of("m1", "m2", "m3");
    static final long LONG = Long.MAX_VALUE / 4;

    final SecureRandom random = new SecureRandom();
    final KeyFiles files;
    final RegistryDocuments authority;
    private final Map<String, SigningKey> identities = new TreeMap<>();
    private final Map<String, KemPrivateKey> kems = new TreeMap<>();
    private long offset;

    TestFederation(Path dir) throws IOException {
        Suite suite = Suite.ML_KEM_768_ML_DSA_65;
        SigningKey root = SigningKey.generate(suite);
        authority = new RegistryDocuments(NAME, "authority", root);
        List<String> all = new ArrayList<>(SILOS);
        all.addAll(MEMBERS);
        all.add(PARTY.aggregator());
        for (String name : all) {
            identities.put(name, SigningKey.generate(suite));
            kems.put(name, KemPrivateKey.generate(suite));
        }
        Files.write(dir.resolve("authority.spki"), root.verifyingKey().spki());
        Files.write(dir.resolve("identity.pem"), identity(PARTY.aggregator()).toPem());
        Files.write(dir.resolve("kem-1.pem"), kem(PARTY.aggregator()).toPem());
        files = new KeyFiles(
                dir.resolve("authority.spki").toString(),
                dir.resolve("identity.pem").toString(),
                dir.toString());
    }

    SigningKey identity(String name) {
        return identities.get(name);
    }

    KemPrivateKey kem(String name) {
        return kems.get(name);
    }

    /** All documents, in an order in which a newcomer may well see them. */
    List<RawRecord> documents(int parameters, Digest initialRoot) {
        List<RegistryDocuments.Document> documents = new ArrayList<>();
        identities.forEach((name, key) -> {
            Role role = SILOS.contains(name) ? Role.SILO : MEMBERS.contains(name) ? Role.MEMBER : Role.AGGREGATOR;
            documents.add(new RegistryDocuments(NAME, name, key)
                    .keyBundle(1, 0, 0, LONG, kem(name).publicKey()));
            documents.add(authority.enrolment(name, "org-" + name, role, 0, 0, LONG, key.verifyingKey()));
        });
        documents.add(roster(1));
        documents.add(policy(0));
        documents.add(authority.modelSpec(
                MODEL, 0, List.of(new TensorSpec("w", List.of(parameters))), List.of(), initialRoot));
        return documents.stream().map(this::raw).toList();
    }

    RegistryDocuments.Document roster(int epoch) {
        return authority.roster(epoch, epoch, SILOS, MEMBERS, PARTY.aggregator(), List.of(), LONG);
    }

    RegistryDocuments.Document policy(long sequence) {
        return authority.policy(
                MODEL,
                context -> new Policy(
                        context,
                        sequence,
                        0,
                        2,
                        8,
                        2,
                        1000,
                        1,
                        0,
                        0,
                        4,
                        60_000,
                        1000,
                        1000,
                        4,
                        List.of(Suite.ML_KEM_768_ML_DSA_65.text()),
                        "MASK-2048-32",
                        1.0,
                        "uniform",
                        100,
                        0.5,
                        0.01,
                        "fedavg",
                        1.0,
                        0.9,
                        0.99,
                        0.001,
                        0,
                        "",
                        Optional.empty()));
    }

    RawRecord raw(RegistryDocuments.Document document) {
        return new RawRecord("registry", 0, offset++, 0, document.keyBytes(), document.record());
    }

    RawRecord raw(String topic, byte[] key, byte[] value) {
        return new RawRecord(topic, 0, offset++, 0, key, value);
    }

    /** A record of this sender's, really signed. */
    RawRecord signed(String topic, byte[] key, Message message, byte[] payload) {
        return raw(
                topic,
                key,
                SignedRecords.seal(message, payload, identity(message.context().sender())));
    }

    RegistryView view(List<RawRecord> documents) {
        RegistryView view = new RegistryView(NAME, authority.key().verifyingKey());
        documents.forEach(document -> view.apply(document.key(), document.value()));
        return view;
    }

    static Context context(RegistryView view, String sender, Purpose purpose) {
        return view.context(MODEL, sender, purpose);
    }
}
