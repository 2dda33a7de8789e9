package org.silofold.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.silofold.protocol.key.Hkdf;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.mask.Uniform;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.share.ShareCheck;

/**
 * All that an aggregator, malicious members and corrupt silos together know of the honest silos' sharings, as linear equations over Z_q.
 * Unknown, for each honest update: t coefficient vectors of N words (the first is its secret) and t coefficient vectors of R blinds.
 *
 * <pre>
 *   a malicious member j:     sum_i j^i f_i[c] = its share,   sum_i j^i b_i[r] = its blind
 *   every manifest:           b_i[r] + sum_c rho_r[c] f_i[c] = z_r[i]
 *   an honest member's answer: sum over the cohort's updates of sum_i j^i f_i[c], less what corrupt silos know of their own
 * </pre>
 *
 * The masked blocks are left out: they are ring-LWE samples, and no linear equations without errors.
 */
final class Leak {
    private static final ParameterSet SET = SmallRing.SET;
    private static final int N = SET.n();
    private static final int R = ShareCheck.REPETITIONS;
    private static final long Q = SET.q();

    /**
     * What the equations say of one silo's secret.
     *
     * @param update whose
     * @param equations independent linear equations on its secret alone
     * @param right whether they are true of it
     */
    record Found(UpdateRef update, int equations, boolean right) {}

    private final Set<String> corrupt;
    private final int threshold;
    private final List<MadeUpdate> honest = new ArrayList<>();
    private final Map<UpdateRef, Integer> places = new LinkedHashMap<>();
    private final List<long[]> rows = new ArrayList<>();

    /**
     * @param updates the updates that matter
     * @param corrupt silos whose own secrets are known
     */
    Leak(Federation federation, List<MadeUpdate> updates, Set<String> corrupt) {
        this.corrupt = corrupt;
        this.threshold = federation.size().threshold();
        for (MadeUpdate update : updates) {
            if (!corrupt.contains(update.silo())) {
                places.put(update.ref(), honest.size());
                honest.add(update);
            }
        }
        honest.forEach(this::manifest);
    }

    /** Whether these are among the updates that matter, or a corrupt silo's. */
    boolean knowsAll(List<MadeUpdate> cohort) {
        return cohort.stream().allMatch(update -> corrupt.contains(update.silo()) || places.containsKey(update.ref()));
    }

    private int columns() {
        return honest.size() * threshold * (N + R);
    }

    /** Secrets come last, so that what is known of them alone is what elimination leaves at the end. */
    private int secret(int place, int c) {
        return columns() - (honest.size() - place) * N + c;
    }

    private int coefficient(int place, int degree, int c) {
        return degree == 0
                ? secret(place, c)
                : honest.size() * threshold * R + (place * (threshold - 1) + degree - 1) * N + c;
    }

    private int blind(int place, int degree, int r) {
        return (place * threshold + degree) * R + r;
    }

    private long[] row(int rightHandSide) {
        long[] row = new long[columns() + 1];
        row[columns()] = Integer.toUnsignedLong(rightHandSide);
        return row;
    }

    private void manifest(MadeUpdate update) {
        int place = places.get(update.ref());
        UpdateManifest manifest = update.manifest().message();
        int[] rho = challenge(manifest);
        for (int r = 0; r < R; r++) {
            for (int degree = 0; degree < threshold; degree++) {
                long[] row = row(manifest.checkPolynomials()[r][degree]);
                row[blind(place, degree, r)] = 1;
                for (int c = 0; c < N; c++) {
                    row[coefficient(place, degree, c)] = Integer.toUnsignedLong(rho[r * N + c]);
                }
                rows.add(row);
            }
        }
    }

    /** rho, from what is public (docs/protocol.md, 4.3). */
    private static int[] challenge(UpdateManifest manifest) {
        byte[][] parts = new byte[manifest.commitments().size() + 2][];
        parts[0] = "silofold/v1/vss".getBytes(StandardCharsets.US_ASCII);
        parts[1] = manifest.coreDigest().toBytes();
        for (int j = 0; j < manifest.commitments().size(); j++) {
            parts[j + 2] = manifest.commitments().get(j).toBytes();
        }
        byte[] info = "silofold/v1/vss-challenge".getBytes(StandardCharsets.US_ASCII);
        byte[] key = Hkdf.derive(Digest.sha256(parts).toBytes(), info, KeyStream.KEY_LENGTH);
        return Uniform.words(SET, KeyStream.of(key), R * N);
    }

    /** The member of this seat shows all it holds. */
    void maliciousMember(int seat) {
        for (MadeUpdate update : honest) {
            int place = places.get(update.ref());
            for (int c = 0; c < N; c++) {
                long[] row = row(update.shares().get(seat - 1)[c]);
                addShare(row, place, seat, c);
                rows.add(row);
            }
            for (int r = 0; r < R; r++) {
                long[] row = row(update.blinds().get(seat - 1)[r]);
                long power = 1;
                for (int degree = 0; degree < threshold; degree++) {
                    row[blind(place, degree, r)] = power;
                    power = power * seat % Q;
                }
                rows.add(row);
            }
        }
    }

    private void addShare(long[] row, int place, int seat, int c) {
        long power = 1;
        for (int degree = 0; degree < threshold; degree++) {
            int column = coefficient(place, degree, c);
            row[column] = (row[column] + power) % Q;
            power = power * seat % Q;
        }
    }

    /** The member of this seat gave this sum of shares for these updates. */
    void answered(int seat, List<MadeUpdate> cohort, int[] words) {
        for (int c = 0; c < N; c++) {
            long[] row = row(words[c]);
            for (MadeUpdate update : cohort) {
                Integer place = places.get(update.ref());
                if (place == null) {
                    long own = Integer.toUnsignedLong(update.shares().get(seat - 1)[c]);
                    row[columns()] = Math.floorMod(row[columns()] - own, Q);
                } else {
                    addShare(row, place, seat, c);
                }
            }
            rows.add(row);
        }
    }

    /** Every silo of whose secret alone something follows; empty if none. */
    List<Found> solve() {
        Echelon all = new Echelon(Q, columns());
        rows.forEach(row -> all.add(row.clone()));
        int first = columns() - honest.size() * N;
        List<long[]> ofSecrets = all.zeroBefore(first);
        List<Found> found = new ArrayList<>();
        for (MadeUpdate update : honest) {
            int place = places.get(update.ref());
            Echelon own = new Echelon(Q, honest.size() * N);
            ofSecrets.forEach(row -> own.add(lastTo(row, first, place)));
            List<long[]> alone = own.zeroBefore((honest.size() - 1) * N);
            if (!alone.isEmpty()) {
                boolean right = alone.stream().allMatch(row -> isTrueOf(update, row));
                found.add(new Found(update.ref(), alone.size(), right));
            }
        }
        return found;
    }

    /** How many independent equations say something of secrets alone: sums that are known. */
    int equationsOnSecrets() {
        Echelon all = new Echelon(Q, columns());
        rows.forEach(row -> all.add(row.clone()));
        return all.zeroBefore(columns() - honest.size() * N).size();
    }

    /** The secrets' part of a row with this place's last, then the right-hand side. */
    private long[] lastTo(long[] row, int first, int place) {
        long[] moved = new long[row.length - first];
        int at = 0;
        for (int other = 0; other < honest.size(); other++) {
            if (other != place) {
                System.arraycopy(row, first + other * N, moved, at, N);
                at += N;
            }
        }
        System.arraycopy(row, first + place * N, moved, at, N);
        moved[at + N] = row[row.length - 1];
        return moved;
    }

    private static boolean isTrueOf(MadeUpdate update, long[] row) {
        long sum = 0;
        for (int c = 0; c < N; c++) {
            sum = (sum + row[row.length - 1 - N + c] * Integer.toUnsignedLong(update.secret()[c])) % Q;
        }
        return sum == row[row.length - 1];
    }
}
