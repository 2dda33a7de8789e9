package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.registry.RegistryDocuments;
import org.silofold.schemas.registry.RegistryDocuments.Document;
import org.silofold.schemas.registry.RegistryView;

/** What masking, sharing, sealing and signing add to an update on the wire. */
class UpdateSizeTest {
    private static final int PARAMETERS = 1_000_000;
    private static final long FLOAT32 = 4L * PARAMETERS;
    private static final String FOURTH = "silo-4";

    @TempDir
    Path directory;

    @Test
    void aMillionParametersForFourMembersTakeAtMostThreePercentMoreThanTheirFloats() throws IOException {
        TestFederation federation = new TestFederation(PARAMETERS);
        UpdateTerms terms = UpdateTerms.of(withFourMembers(federation), "silo-1", TestFederation.MODEL, federation.now);
        assertThat(terms.committee()).hasSize(4);
        float[] delta = new float[PARAMETERS];
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < delta.length; i++) {
            delta[i] = (float) random.nextDouble(-1, 1);
        }
        UpdateRequest request = new UpdateRequest(TestFederation.MODEL, 0, delta, 50, TestAgent.METRICS);
        UpdateRequest.Base base = new UpdateRequest.Base(0, federation.specDigest(), federation.specDigest(), false, 0);
        UpdateBuilder.Built told = new UpdateBuilder("demo", federation.identities.get("silo-1"), new SecureRandom())
                .build(terms, request, base, UpdateId.of(new byte[UpdateId.LENGTH]), 1, federation.end, directory);

        List<Path> records;
        try (Stream<Path> files = Files.list(directory)) {
            records = files.toList();
        }
        assertThat(records).hasSize(terms.layout().shards() + 1);
        long bytes = 0;
        for (Path record : records) {
            bytes += Files.size(record);
        }
        assertThat(bytes).isEqualTo(told.bytes());
        assertThat(bytes).isBetween(FLOAT32, FLOAT32 + FLOAT32 * 3 / 100);
    }

    /** The federation with one member more, in its second epoch. */
    private static RegistryView withFourMembers(TestFederation federation) {
        RegistryView view = federation.view();
        long from = federation.now - 1000;
        RegistryDocuments authority = new RegistryDocuments("demo", "authority", federation.authority);
        SigningKey identity = SigningKey.generate(TestFederation.SUITE);
        federation.identities.put(FOURTH, identity);
        federation.kemKeys.put(FOURTH, KemPrivateKey.generate(TestFederation.SUITE));
        apply(
                view,
                authority.enrolment(
                        FOURTH, "org-of-" + FOURTH, Role.SILO, 1, from, federation.end, identity.verifyingKey()));
        List<String> silos =
                Stream.concat(TestFederation.SILOS.stream(), Stream.of(FOURTH)).toList();
        for (String party : Stream.concat(silos.stream(), Stream.of(TestFederation.AGGREGATOR))
                .toList()) {
            apply(
                    view,
                    new RegistryDocuments("demo", party, federation.identities.get(party))
                            .keyBundle(
                                    2,
                                    1,
                                    from,
                                    federation.end,
                                    federation.kemKeys.get(party).publicKey()));
        }
        apply(view, authority.roster(2, 2, silos, silos, TestFederation.AGGREGATOR, List.of(), federation.end));
        return view;
    }

    private static void apply(RegistryView view, Document document) {
        view.apply(document.keyBytes(), document.record());
    }
}
