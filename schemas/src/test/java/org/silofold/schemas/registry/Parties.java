package org.silofold.schemas.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.kem.KemPublicKey;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.registry.RegistryDocuments.Document;

/** A federation of four silos that are the committee too, with real keys that are made when they are first asked for. */
final class Parties {
    static final List<String> SILOS = List.of("basel", "lyon", "regensburg", "zurich");
    private static final Map<String, SigningKey> SIGNING = new HashMap<>();
    private static final Map<String, KemPublicKey> KEM = new HashMap<>();

    private final String federation;

    Parties(String federation) {
        this.federation = federation;
    }

    SigningKey signing(String name) {
        return SIGNING.computeIfAbsent(name, any -> SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65));
    }

    KemPublicKey kem(String name) {
        return KEM.computeIfAbsent(name, any -> {
            try (KemPrivateKey key = KemPrivateKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
                return key.publicKey();
            }
        });
    }

    VerifyingKey authorityKey() {
        return signing("authority").verifyingKey();
    }

    RegistryDocuments authority() {
        return documents("authority");
    }

    RegistryDocuments documents(String name) {
        return new RegistryDocuments(federation, name, signing(name));
    }

    Document enrol(String name, Role role, long sequence) {
        return authority()
                .enrolment(
                        name,
                        "org-" + name,
                        role,
                        sequence,
                        0,
                        1_000_000,
                        signing(name).verifyingKey());
    }

    Document roster(int epoch, long sequence) {
        return authority().roster(epoch, sequence, SILOS, SILOS, "aggregator", List.of(), 1_000_000);
    }

    /** Everything that a model needs, and no document more. */
    List<Document> complete(String model) {
        List<Document> documents = new ArrayList<>();
        for (String silo : SILOS) {
            documents.add(enrol(silo, Role.SILO, 1));
            documents.add(documents(silo).keyBundle(1, 1, 0, 1_000_000, kem(silo)));
        }
        documents.add(enrol("aggregator", Role.AGGREGATOR, 1));
        documents.add(documents("aggregator").keyBundle(1, 1, 0, 1_000_000, kem("aggregator")));
        documents.add(roster(1, 1));
        documents.add(authority().policy(model, context -> policy(context, 1, List.of(context.suite()))));
        documents.add(authority()
                .modelSpec(
                        model,
                        1,
                        List.of(new TensorSpec("weight", List.of(13))),
                        List.of(new MetricSpec("loss", 0, 8)),
                        Digest.ZERO));
        return documents;
    }

    static Policy policy(Context context, long sequence, List<String> suites) {
        return new Policy(
                context,
                sequence,
                1,
                3,
                100,
                4,
                60_000,
                1,
                0,
                0,
                20,
                3_600_000,
                30_000,
                30_000,
                2,
                suites,
                "MASK-2048-32",
                1,
                "uniform",
                500,
                0.5,
                0.001,
                "fedavg",
                1,
                0.9,
                0.99,
                0.001,
                0,
                "",
                Optional.empty());
    }
}
