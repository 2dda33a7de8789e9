package org.silofold.demo.heart;

import java.util.List;

/**
 * From a record's columns to standardised features, as the Fed-Heart-Disease benchmark does it: columns (from 1) 1, 2, 4,
 * 5, 6, 8, 9, 10, then indicators of chest pain (column 3) 2, 3 and 4 and of resting ECG (column 7) 1 and 2.
 */
final class Preprocessing {
    static final int FEATURES = 13;

    private static final int COLUMNS = 14;
    private static final int[] NUMERIC = {1, 2, 4, 5, 6, 8, 9, 10};
    private static final int CHEST_PAIN = 3;
    private static final int RESTING_ECG = 7;
    private static final int DIAGNOSIS = 14;

    private Preprocessing() {}

    /** Raw features of one comma-separated record; fails on a missing or unreadable value it needs. */
    static double[] features(String line, String where) {
        String[] columns = columns(line, where);
        double[] row = new double[FEATURES];
        int next = 0;
        for (int column : NUMERIC) {
            row[next++] = number(columns, column, where);
        }
        double pain = number(columns, CHEST_PAIN, where);
        for (int level = 2; level <= 4; level++) {
            row[next++] = pain == level ? 1 : 0;
        }
        double ecg = number(columns, RESTING_ECG, where);
        for (int level = 1; level <= 2; level++) {
            row[next++] = ecg == level ? 1 : 0;
        }
        return row;
    }

    /** 1 where the diagnosis is above 0, else 0. */
    static float label(String line, String where) {
        return number(columns(line, where), DIAGNOSIS, where) > 0 ? 1 : 0;
    }

    /** Per-feature mean and sample standard deviation; a constant feature has scale 1. */
    @SuppressWarnings("ArrayRecordComponent") // lives within one load, never compared
    record Statistics(double[] mean, double[] scale) {
        static Statistics of(List<double[]> rows) {
            double[] mean = new double[FEATURES];
            double[] scale = new double[FEATURES];
            for (int j = 0; j < FEATURES; j++) {
                for (double[] row : rows) {
                    mean[j] += row[j] / rows.size();
                }
                double squares = 0;
                for (double[] row : rows) {
                    squares += (row[j] - mean[j]) * (row[j] - mean[j]);
                }
                double deviation = Math.sqrt(squares / (rows.size() - 1));
                scale[j] = deviation > 1e-9 ? deviation : 1;
            }
            return new Statistics(mean, scale);
        }

        float standardise(double[] row, int j) {
            return (float) ((row[j] - mean[j]) / scale[j]);
        }
    }

    private static String[] columns(String line, String where) {
        String[] columns = line.split(",", -1);
        if (columns.length != COLUMNS) {
            throw new IllegalStateException(where + " has " + columns.length + " columns, not " + COLUMNS);
        }
        return columns;
    }

    private static double number(String[] columns, int column, String where) {
        try {
            return Double.parseDouble(columns[column - 1].trim());
        } catch (NumberFormatException e) {
            throw new IllegalStateException(
                    where + ", column " + column + " is not a number: " + columns[column - 1], e);
        }
    }
}
