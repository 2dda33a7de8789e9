package org.silofold.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.silofold.job.coordinate.StateSeeds;
import org.silofold.protocol.envelope.Frame;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.key.Pem;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.codec.HeaderCodec;
import org.silofold.schemas.codec.RawHeaders;
import org.silofold.silo.io.TensorFiles;

/** Writes the kept inputs that a target begins with: valid ones, so that the fuzzer need not find out how one looks. */
public final class SeedInputs {
    private static final List<TensorSpec> MODEL =
            List.of(new TensorSpec("w", List.of(2, 3)), new TensorSpec("b", List.of(2)));
    private static final String PRIVATE = "PRIVATE KEY";
    /** For scripts: enough bytes for a few steps. */
    private static final int SCRIPTS = 6;

    private SeedInputs() {}

    /**
     * Adds what is missing; what is there stays.
     *
     * @param arguments the directory of the test resources
     */
    public static void main(String[] arguments) throws IOException {
        Path resources = Path.of(arguments[0]);
        Map<String, List<byte[]>> seeds = seeds();
        for (Targets.Target target : Targets.all()) {
            Path directory = Files.createDirectories(resources.resolve(target.inputs()));
            List<byte[]> inputs = seeds.getOrDefault(target.name(), scripts(target.name()));
            for (int i = 0; i < inputs.size(); i++) {
                Path file = directory.resolve("seed-" + i);
                if (!Files.exists(file)) {
                    Files.write(file, inputs.get(i));
                }
            }
        }
        // Some targets run servers.
        System.exit(0);
    }

    private static Map<String, List<byte[]>> seeds() throws IOException {
        Map<String, List<byte[]>> seeds = new LinkedHashMap<>();
        List<byte[]> headers = new ArrayList<>();
        List<byte[]> records = new ArrayList<>();
        for (Purpose purpose : Purpose.values()) {
            Message sample = RawHeaders.samples().get(purpose);
            byte[] header = HeaderCodec.encode(sample);
            headers.add(prefixed(List.of(Purpose.values()).indexOf(purpose), header));
            if (header.length < 1024) {
                byte[] record = Frame.encode(header, new byte[8], new byte[] {1, 2, 3});
                records.add(prefixed(List.of(Purpose.values()).indexOf(purpose), record));
            }
        }
        seeds.put("RecordFuzzTest.header", headers);
        seeds.put("RecordFuzzTest.reread", records);
        seeds.put("RecordFuzzTest.frame", List.of(Frame.encode(new byte[5], new byte[4], new byte[] {1, 2, 3})));
        seeds.put("EnvelopeFuzzTest.words", List.of(new byte[16], new byte[] {0, 0, (byte) 0xf0, (byte) 0xff}));
        keys(seeds);
        files(seeds);
        seeds.put("SerializerFuzzTest.value", values());
        seeds.put("CoordinatorFuzzTest.state", StateSeeds.states());
        seeds.put(
                "AnswersFuzzTest.answers",
                texts(
                        "{\"party\":\"a\",\"role\":\"silo\",\"federation\":\"f\",\"bootstrap\":\"h:1\",\"healthy\":true,\"epoch\":1,"
                                + "\"seat\":2,\"components\":[{\"name\":\"n\",\"healthy\":true,\"detail\":\"\",\"sinceMillis\":1,"
                                + "\"skipped\":0}],\"models\":[{\"model\":\"m\",\"chainVersion\":1,\"verifiedVersion\":1}]}",
                        "{\"updateId\":\"00112233445566778899aabbccddeeff\",\"model\":\"m\",\"baseVersion\":1,\"state\":\"sent\","
                                + "\"version\":-1,\"reason\":\"expired\",\"detail\":\"\",\"bytes\":9}",
                        "{\"model\":\"m\",\"version\":1,\"manifestDigest\":\"" + "ab".repeat(32)
                                + "\",\"manifestHeader\":\"AgA=\",\"tensors\":[{\"name\":\"w\",\"shape\":[2,3]}],"
                                + "\"metrics\":[{\"name\":\"loss\",\"min\":0,\"max\":1}]}",
                        "{\"code\":\"no-model\",\"message\":\"there is none\"}"));
        return seeds;
    }

    /** Private keys whose seed is zeros: nobody's. */
    private static void keys(Map<String, List<byte[]>> seeds) {
        try (SigningKey signing = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65);
                KemPrivateKey kem = KemPrivateKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
            byte[] zeroSigning = zeroEnd(Pem.decode(PRIVATE, signing.toPem()), 32);
            byte[] zeroKem = zeroEnd(Pem.decode(PRIVATE, kem.toPem()), 64);
            seeds.put("KeyFuzzTest.pem", List.of(Pem.encode(PRIVATE, zeroSigning), Pem.encode(PRIVATE, zeroKem)));
            seeds.put("KeyFuzzTest.privateKey", List.of(zeroSigning, zeroKem));
            seeds.put(
                    "KeyFuzzTest.publicKey",
                    List.of(signing.verifyingKey().spki(), kem.publicKey().spki()));
        }
    }

    private static byte[] zeroEnd(byte[] der, int bytes) {
        Arrays.fill(der, der.length - bytes, der.length, (byte) 0);
        return der;
    }

    private static void files(Map<String, List<byte[]>> seeds) throws IOException {
        seeds.put("FileFuzzTest.policyFile", texts("""
                        minCohort = 3
                        bufferSize=3
                        suites=ML-KEM-768+ML-DSA-65
                        clip=0.5
                        """, "weightRule=uniform"));
        seeds.put("FileFuzzTest.partyDirectory", texts("""
                        name=a
                        role=silo
                        organisation=b
                        federation=c
                        bootstrap=h\\:9092
                        topicPrefix=x.y
                        clientConfig=client.properties
                        """));
        seeds.put("FileFuzzTest.jobConfig", texts("""
                        federation=f
                        aggregator=a
                        bootstrap-servers=h:1
                        authority-key-file=k
                        identity-key-file=i
                        kem-key-directory=d
                        checkpoint-directory=file:/c
                        parallelism=2
                        """, """
                        --federation
                        f
                        --aggregator
                        a
                        --bootstrap-servers
                        h:1
                        --authority-key-file
                        k
                        --identity-key-file
                        i
                        --kem-key-directory
                        d
                        --checkpoint-directory
                        c"""));
        Path directory = TemporaryDirectory.create();
        Path npy = directory.resolve("m.npy");
        TensorFiles.writeParameters(npy, MODEL, new float[8]);
        Path safetensors = directory.resolve("m.safetensors");
        TensorFiles.writeParameters(safetensors, MODEL, new float[8]);
        seeds.put("FileFuzzTest.npy", List.of(Files.readAllBytes(npy)));
        seeds.put("FileFuzzTest.safetensors", List.of(Files.readAllBytes(safetensors)));
    }

    /** Version 1 of every serializer, and zeros: empty lists, absent options. */
    private static List<byte[]> values() {
        List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < SerializerFuzzTest.serializers().size(); i++) {
            byte[] value = new byte[64];
            value[0] = (byte) i;
            value[1] = 1;
            values.add(value);
        }
        return values;
    }

    private static List<byte[]> scripts(String name) {
        Random random = new Random(name.hashCode());
        List<byte[]> scripts = new ArrayList<>();
        for (int i = 0; i < SCRIPTS; i++) {
            byte[] script = new byte[16 << i];
            random.nextBytes(script);
            scripts.add(script);
        }
        return scripts;
    }

    private static List<byte[]> texts(String... texts) {
        return Arrays.stream(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private static byte[] prefixed(int first, byte[] rest) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(first);
        out.writeBytes(rest);
        return out.toByteArray();
    }
}
