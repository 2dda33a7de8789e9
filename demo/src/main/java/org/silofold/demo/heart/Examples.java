package org.silofold.demo.heart;

import java.util.Arrays;
import java.util.List;

/** Labelled examples: a row-major matrix of features and a label of 0 or 1 for each row. Immutable. */
public final class Examples {
    private final int width;
    private final float[] features;
    private final float[] labels;

    /**
     * Copies both arrays.
     *
     * @param width features an example, at least 1
     * @param features {@code labels.length * width} values, row after row
     * @param labels 0 or 1 each
     * @throws IllegalArgumentException when the lengths disagree
     */
    public Examples(int width, float[] features, float[] labels) {
        if (width < 1 || features.length != labels.length * width) {
            throw new IllegalArgumentException(
                    "features have " + features.length + " values, not " + labels.length + " rows of " + width);
        }
        this.width = width;
        this.features = features.clone();
        this.labels = labels.clone();
    }

    /** Number of examples. */
    public int size() {
        return labels.length;
    }

    /** Features an example. */
    public int width() {
        return width;
    }

    /** Feature {@code column} of example {@code row}. */
    public float feature(int row, int column) {
        return features[row * width + column];
    }

    /** 0 or 1. */
    public float label(int row) {
        return labels[row];
    }

    /** All examples of the parts, in order. The parts have the same width. */
    public static Examples concat(List<Examples> parts) {
        int width = parts.get(0).width;
        int rows = parts.stream().mapToInt(Examples::size).sum();
        float[] features = new float[rows * width];
        float[] labels = new float[rows];
        int row = 0;
        for (Examples part : parts) {
            if (part.width != width) {
                throw new IllegalArgumentException("widths differ: " + width + " and " + part.width);
            }
            System.arraycopy(part.features, 0, features, row * width, part.features.length);
            System.arraycopy(part.labels, 0, labels, row, part.labels.length);
            row += part.size();
        }
        return new Examples(width, features, labels);
    }

    @Override
    public String toString() {
        long positive = 0;
        for (float label : labels) {
            positive += label > 0 ? 1 : 0;
        }
        return size() + " examples of " + width + " features, " + positive + " positive";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Examples that
                && width == that.width
                && Arrays.equals(features, that.features)
                && Arrays.equals(labels, that.labels);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(features) + Arrays.hashCode(labels);
    }
}
