package org.silofold.simulation;

import java.util.ArrayList;
import java.util.List;

/** Gaussian elimination over Z_q, q a prime below 2^31. Rows are the caller's and are changed. */
final class Echelon {
    private final long q;
    private final int columns;
    private final List<long[]> rows = new ArrayList<>();
    private final long[][] byPivot;

    /** @param columns unknowns; a row may have more entries, its right-hand side, which never hold a pivot */
    Echelon(long q, int columns) {
        this.q = q;
        this.columns = columns;
        this.byPivot = new long[columns][];
    }

    /** Reduces a row by those before it, and keeps what is left of it, its pivot one. */
    void add(long[] row) {
        for (int column = 0; column < columns; column++) {
            if (row[column] == 0) {
                continue;
            }
            long[] pivot = byPivot[column];
            if (pivot == null) {
                scale(row, column);
                byPivot[column] = row;
                rows.add(row);
                return;
            }
            subtract(row, pivot, row[column], column);
        }
    }

    private void scale(long[] row, int from) {
        long inverse = power(row[from], q - 2);
        for (int i = from; i < row.length; i++) {
            row[i] = row[i] * inverse % q;
        }
    }

    private void subtract(long[] row, long[] pivot, long factor, int from) {
        for (int i = from; i < row.length; i++) {
            if (pivot[i] != 0) {
                row[i] = Math.floorMod(row[i] - factor * pivot[i], q);
            }
        }
    }

    /** A basis of all combinations of the rows that are zero before this column. */
    List<long[]> zeroBefore(int column) {
        List<long[]> found = new ArrayList<>();
        for (int pivot = column; pivot < columns; pivot++) {
            if (byPivot[pivot] != null) {
                found.add(byPivot[pivot].clone());
            }
        }
        return found;
    }

    int rank() {
        return rows.size();
    }

    private long power(long base, long exponent) {
        long result = 1;
        long square = base;
        for (long e = exponent; e > 0; e >>= 1) {
            result = (e & 1) == 1 ? result * square % q : result;
            square = square * square % q;
        }
        return result;
    }
}
