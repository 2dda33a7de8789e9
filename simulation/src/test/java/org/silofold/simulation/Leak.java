package org.silofold.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
     * What the equations say of the secrets of one silo's updates, apart from everybody else's.
     *
     * @param silo whose
     * @param equations independent linear equations on them alone
     * @param right whether they are true of them
     */
    record Found(String silo, int equations, boolean right) {}

    private final Set<String> corrupt;
    private final int threshold;
    private final List<MadeUpdate> honest = new ArrayList<>();
    private final Map<UpdateRef, Integer> places = new LinkedHashMap<>();
    private final List<long[]> rows = new ArrayList<>();
    private List<long[]> ofSecrets;

    /**
     * @param threshold t of the committee to which the updates are sealed
     * @param updates the updates that matter, all of one epoch
     * @param corrupt silos whose own secrets are known
     */
    Leak(int threshold, List<MadeUpdate> updates, Set<String> corrupt) {
        this.corrupt = corrupt;
        this.threshold = threshold;
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

    /** What all equations say of secrets alone: of the sums that are known. */
    private List<long[]> ofSecrets() {
        if (ofSecrets == null) {
            Echelon all = new Echelon(Q, columns());
            rows.forEach(row -> all.add(row.clone()));
            ofSecrets = all.zeroBefore(columns() - honest.size() * N);
        }
        return ofSecrets;
    }

    /** Every silo of whose secrets alone something follows; empty if none. */
    List<Found> solve() {
        List<Found> found = new ArrayList<>();
        for (String silo : honest.stream().map(MadeUpdate::silo).distinct().toList()) {
            List<Integer> others = places(update -> !update.silo().equals(silo));
            List<Integer> its = places(update -> update.silo().equals(silo));
            Echelon own = new Echelon(Q, honest.size() * N);
            ofSecrets().forEach(row -> own.add(inOrder(row, others, its)));
            List<long[]> alone = own.zeroBefore(others.size() * N);
            if (!alone.isEmpty()) {
                boolean right = alone.stream().allMatch(row -> isTrueOf(its, row));
                found.add(new Found(silo, alone.size(), right));
            }
        }
        return found;
    }

    private List<Integer> places(Predicate<MadeUpdate> which) {
        return IntStream.range(0, honest.size())
                .filter(place -> which.test(honest.get(place)))
                .boxed()
                .toList();
    }

    /** How many independent equations say something of secrets alone: sums that are known. */
    int equationsOnSecrets() {
        return ofSecrets().size();
    }

    /** The secrets' part of a row with these places first and those last, then the right-hand side. */
    private long[] inOrder(long[] row, List<Integer> first, List<Integer> last) {
        int secrets = columns() - honest.size() * N;
        long[] moved = new long[row.length - secrets];
        int at = 0;
        for (int place : Stream.concat(first.stream(), last.stream()).toList()) {
            System.arraycopy(row, secrets + place * N, moved, at, N);
            at += N;
        }
        moved[at] = row[row.length - 1];
        return moved;
    }

    private boolean isTrueOf(List<Integer> its, long[] row) {
        int at = row.length - 1 - its.size() * N;
        long sum = 0;
        for (int place : its) {
            for (int word : honest.get(place).secret()) {
                sum = (sum + row[at++] * Integer.toUnsignedLong(word)) % Q;
            }
        }
        return sum == row[row.length - 1];
    }
}
