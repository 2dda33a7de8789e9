package org.silofold.demo.heart;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The Heart Disease data of four centres (Janosi, Steinbrunn, Pfisterer, Detrano 1988, UCI, DOI 10.24432/C52P4X, CC BY
 * 4.0) with the split and preprocessing of the FLamby benchmark's Fed-Heart-Disease.
 */
public final class HeartDisease {
    /** Features of an example. */
    public static final int FEATURES = Preprocessing.FEATURES;

    private static final String DIRECTORY = "/heart-disease/";

    private final Map<Hospital, HospitalData> data;

    private HeartDisease(Map<Hospital, HospitalData> data) {
        this.data = data;
    }

    /**
     * Reads, checks and preprocesses the data on the class path.
     *
     * @throws IllegalStateException when a file's MD5 is not the published one, or a record cannot be read
     * @throws UncheckedIOException when a file is missing or unreadable
     */
    public static HeartDisease load() {
        List<String> split = lines(read("split.csv"));
        Map<Hospital, HospitalData> data = new EnumMap<>(Hospital.class);
        for (Hospital hospital : Hospital.values()) {
            byte[] file = read(hospital.resource());
            verify(file, hospital.md5(), hospital.resource());
            data.put(hospital, prepare(hospital, lines(file), split));
        }
        return new HeartDisease(data);
    }

    /** What one hospital holds. */
    public HospitalData of(Hospital hospital) {
        return data.get(hospital);
    }

    /** Every centre's standardised train records, in the hospitals' order. */
    public Examples pooledTrain() {
        return Examples.concat(Arrays.stream(Hospital.values())
                .map(hospital -> data.get(hospital).train())
                .toList());
    }

    /** Refuses bytes whose MD5 is not the published one. (MD5 is what the source publishes; it guards against accidents.) */
    static void verify(byte[] file, String md5, String name) {
        String actual;
        try {
            actual = HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(file));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("no MD5 in this Java runtime", e);
        }
        if (!actual.equals(md5)) {
            throw new IllegalStateException(name + " was altered: MD5 " + actual + ", published " + md5);
        }
    }

    private static HospitalData prepare(Hospital hospital, List<String> records, List<String> split) {
        List<double[]> train = new ArrayList<>();
        List<double[]> test = new ArrayList<>();
        List<Float> trainLabels = new ArrayList<>();
        List<Float> testLabels = new ArrayList<>();
        for (String row : split.subList(1, split.size())) {
            String[] entry = row.split(",", -1);
            if (!entry[0].equals(hospital.id())) {
                continue;
            }
            String where = hospital.resource() + ", line " + entry[1];
            String line = records.get(Integer.parseInt(entry[1]) - 1);
            switch (entry[2]) {
                case "train" -> {
                    train.add(Preprocessing.features(line, where));
                    trainLabels.add(Preprocessing.label(line, where));
                }
                case "test" -> {
                    test.add(Preprocessing.features(line, where));
                    testLabels.add(Preprocessing.label(line, where));
                }
                default -> throw new IllegalStateException("split.csv: neither train nor test: " + row);
            }
        }
        Preprocessing.Statistics statistics = Preprocessing.Statistics.of(train);
        return new HospitalData(
                hospital, examples(train, trainLabels, statistics), examples(test, testLabels, statistics));
    }

    private static Examples examples(List<double[]> rows, List<Float> labels, Preprocessing.Statistics statistics) {
        float[] features = new float[rows.size() * FEATURES];
        float[] targets = new float[rows.size()];
        for (int i = 0; i < rows.size(); i++) {
            for (int j = 0; j < FEATURES; j++) {
                features[i * FEATURES + j] = statistics.standardise(rows.get(i), j);
            }
            targets[i] = labels.get(i);
        }
        return new Examples(FEATURES, features, targets);
    }

    private static List<String> lines(byte[] file) {
        return new String(file, StandardCharsets.US_ASCII).lines().toList();
    }

    private static byte[] read(String name) {
        try (InputStream in = HeartDisease.class.getResourceAsStream(DIRECTORY + name)) {
            if (in == null) {
                throw new IOException("not on the class path: " + DIRECTORY + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the heart-disease data: " + e.getMessage(), e);
        }
    }
}
