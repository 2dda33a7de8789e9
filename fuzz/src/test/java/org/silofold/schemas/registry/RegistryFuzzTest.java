package org.silofold.schemas.registry;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.silofold.fuzz.Choices;
import org.silofold.fuzz.Mutator;
import org.silofold.fuzz.Oracle;
import org.silofold.protocol.envelope.Frame;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.RegistryDocument;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.codec.RawHeaders;
import org.silofold.schemas.registry.RegistryDocuments.Document;

/**
 * A party's copy of the registry, given the documents of a whole federation: in any order, more than once, with fields changed and
 * signed again by whoever may sign them, under keys that are not theirs, or as bytes from anyone.
 */
class RegistryFuzzTest {
    private static final String FEDERATION = "heart";
    private static final String MODEL = "risk";
    private static final int STEPS = 16;
    private static final Parties PARTIES = new Parties(FEDERATION);
    private static final List<Document> DOCUMENTS = PARTIES.complete(MODEL);
    private static final List<Purpose> PURPOSES =
            DOCUMENTS.stream().map(document -> HeaderPurpose.of(document.key())).toList();
    private static final List<SignedRecord<RegistryDocument>> SIGNED = signed();

    private static List<SignedRecord<RegistryDocument>> signed() {
        return java.util.stream.IntStream.range(0, DOCUMENTS.size())
                .mapToObj(i -> SignedRecords.reread(
                        RegistryDocument.class,
                        PURPOSES.get(i),
                        DOCUMENTS.get(i).record()))
                .toList();
    }

    /** The purpose that a registry key calls for. */
    private static final class HeaderPurpose {
        static Purpose of(String key) {
            return org.silofold.schemas.TopicKind.REGISTRY.purpose(key.getBytes(StandardCharsets.UTF_8));
        }
    }

    @FuzzTest
    void apply(byte[] data) {
        Choices choices = new Choices(data);
        RegistryView view = new RegistryView(FEDERATION, PARTIES.authorityKey());
        for (int step = 0; step < STEPS && choices.more(); step++) {
            int index = choices.below(DOCUMENTS.size());
            Document document = DOCUMENTS.get(index);
            byte[] key = document.keyBytes();
            byte[] record = document.record();
            switch (choices.below(6)) {
                case 0, 1 -> step(view, key, record);
                case 2 -> step(view, choices.bytes(24), choices.bytes(64));
                case 3 ->
                    step(view, DOCUMENTS.get(choices.below(DOCUMENTS.size())).keyBytes(), record);
                default -> changed(view, index, choices);
            }
        }
        List<byte[]> records = view.records();
        RegistryView restored = RegistryView.restore(FEDERATION, PARTIES.authorityKey(), records);
        Oracle.require(same(restored.records(), records), "restored, the registry is another");
    }

    private static void changed(RegistryView view, int index, Choices choices) {
        RegistryDocument document =
                (RegistryDocument) Mutator.message(SIGNED.get(index).message(), choices);
        Purpose purpose = PURPOSES.get(index);
        Optional<byte[]> header = RawHeaders.encode(purpose, document);
        if (header.isEmpty()) {
            return;
        }
        SigningKey signer = PARTIES.signing(
                choices.oneIn(8)
                        ? "basel"
                        : SIGNED.get(index).message().context().sender());
        byte[] payload =
                choices.oneIn(8) ? choices.bytes(32) : SIGNED.get(index).payload();
        byte[] record = Frame.encode(header.get(), signer.sign(purpose, header.get()), payload);
        String key = choices.oneIn(8) ? DOCUMENTS.get(index).key() : document.key();
        step(view, key.getBytes(StandardCharsets.UTF_8), record);
    }

    private static void step(RegistryView view, byte[] key, byte[] record) {
        List<byte[]> before = view.records();
        boolean accepted = Oracle.accepts(() -> view.apply(key, record), RejectedException.class);
        Oracle.require(accepted || same(view.records(), before), "a refused document changed the registry");
        for (String model : view.models()) {
            boolean ready = view.ready(model);
            boolean usable = Oracle.accepts(
                    () -> view.requireCurrent(view.context(model, "aggregator", Purpose.UPDATE_SHARD)),
                    RejectedException.class);
            Oracle.require(usable || !ready || view.policy(model).isPresent(), "ready without a policy");
        }
    }

    private static boolean same(List<byte[]> left, List<byte[]> right) {
        return Arrays.deepEquals(left.toArray(), right.toArray());
    }
}
