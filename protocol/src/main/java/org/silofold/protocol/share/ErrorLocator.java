package org.silofold.protocol.share;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.silofold.protocol.key.Hkdf;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.mask.Ring;
import org.silofold.protocol.mask.Uniform;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.ParameterSet;

/**
 * Finds the wrong ones among a committee's shares. Shares of one polynomial are a Reed-Solomon codeword, and wrong ones its errors
 * (R. J. McEliece, D. V. Sarwate, On sharing secrets and Reed-Solomon codes, 1981). With m shares of which t determine the rest, decoders
 * such as Berlekamp and Welch's find (m - t) / 2 errors. A committee has to bear up to m - t, more than any of them finds, and at most 32
 * members: so this one looks at every set of points, the smallest first, at one or a few multiplications a set ({@link ErrorSearch}), and
 * finds the nearest codewords exactly.
 *
 * <p>Shares are vectors. One random combination of their words, drawn from a digest of all of them, stands for them in the search; a set that
 * it lets through is then checked on every word. When as many shares are left out as there are beyond t, the rest always lies on a polynomial, and
 * only something known of the secret itself tells the right set: {@link #findByProbe}.
 */
public final class ErrorLocator {
    private static final byte[] INFO = "silofold/v1/error-search".getBytes(StandardCharsets.US_ASCII);

    /** Secrets that one search puts forward at most: more only come of shares made to mislead it. */
    static final int MOST_ASKED = 64;

    /** Sets that one search interpolates whole at most. Members who collude can make thousands of sets give one secret, so sets are not what is few. */
    static final int MOST_LOOKED_AT = 1 << 16;

    private final ParameterSet set;
    private final int threshold;
    private final SortedMap<Integer, int[]> shares;
    private final List<Integer> points;
    private final List<Integer> failed = new ArrayList<>();
    private boolean gaveUp;

    /**
     * @param threshold t
     * @param shares at least t, vectors of the same length of words below q, by point; at most {@value CommitteeSize#MAX}
     */
    public ErrorLocator(ParameterSet set, int threshold, SortedMap<Integer, int[]> shares) {
        if (shares.size() < threshold || shares.size() > CommitteeSize.MAX) {
            throw new IllegalArgumentException(shares.size() + " shares, not " + threshold + ".." + CommitteeSize.MAX);
        }
        this.set = set;
        this.threshold = threshold;
        this.shares = shares;
        this.points = List.copyOf(shares.keySet());
    }

    /**
     * What was found.
     *
     * @param leftOut points without which the other shares, at least t, lie on one polynomial that was accepted
     * @param wrong those of them whose shares are wrong for certain
     */
    public record Errors(SortedSet<Integer> leftOut, SortedSet<Integer> wrong) {}

    /**
     * The fewest points without which all other shares, more than t of them, lie on one polynomial that is accepted.
     *
     * @param most points left out at most
     * @param accepts whether the polynomial through all but these points will do; asked once for a polynomial
     */
    public Optional<Errors> find(int most, Predicate<SortedSet<Integer>> accepts) {
        int redundant = points.size() - threshold;
        ErrorSearch search = new ErrorSearch(Ring.of(set), points, combined());
        for (int size = 0; size <= Math.min(most, redundant - 1); size++) {
            Optional<Integer> hit = search.consistent(size, mask -> isConsistentWithout(mask) && passes(mask, accepts));
            if (hit.isPresent()) {
                return Optional.of(new Errors(pointsOf(hit.get()), pointsOf(hit.get())));
            }
        }
        return Optional.empty();
    }

    /**
     * The points without which the other shares, exactly t of them, give the one secret that is accepted. Several sets may give the same
     * secret: then only what all of them leave out is wrong for certain. If they give different ones, none is told. Sets that leave out
     * no more than one that {@link #find} had refused are not looked at again.
     *
     * @param probes for each point, a few words that are the same linear function of its share: one filters, the others confirm
     * @param targets what that function says of the secret, up to the tolerance
     * @param tolerance from 0, small against q
     * @param accepts whether the polynomial through all but these points will do; asked once for a secret, at most
     *     {@value #MOST_ASKED} times
     */
    public Optional<Errors> findByProbe(
            SortedMap<Integer, int[]> probes, int[] targets, int tolerance, Predicate<SortedSet<Integer>> accepts) {
        Ring ring = Ring.of(set);
        int[] first = new int[points.size()];
        for (int i = 0; i < first.length; i++) {
            first[i] = probes.get(points.get(i))[0];
        }
        Map<ByteBuffer, Candidate> bySecret = new LinkedHashMap<>();
        int[] looked = {0};
        ErrorSearch search = new ErrorSearch(ring, points, first);
        search.near(points.size() - threshold, targets[0], tolerance, mask -> {
            if (!isRefused(mask) && isNear(ring, mask, probes, targets, tolerance)) {
                looked[0]++;
                int[] secret = Shamir.interpolateAtZero(set, without(shares, mask));
                bySecret.merge(ByteBuffer.wrap(Words.toBytes(secret)), new Candidate(mask, mask), Candidate::and);
            }
            return bySecret.size() > MOST_ASKED || looked[0] > MOST_LOOKED_AT;
        });
        if (bySecret.size() > MOST_ASKED || looked[0] > MOST_LOOKED_AT) {
            gaveUp = true;
            return Optional.empty();
        }
        bySecret.values().removeIf(candidate -> !accepts.test(pointsOf(candidate.first())));
        return bySecret.size() == 1
                ? bySecret.values().stream()
                        .map(one -> new Errors(pointsOf(one.first()), pointsOf(one.common())))
                        .findAny()
                : Optional.empty();
    }

    /** Sets that give one secret: the first of them, and what all leave out. */
    private record Candidate(int first, int common) {
        Candidate and(Candidate other) {
            return new Candidate(first, common & other.common);
        }
    }

    /** Whether a search ended at its bound: then that it found nothing says nothing of the shares. */
    public boolean gaveUp() {
        return gaveUp;
    }

    private boolean isConsistentWithout(int mask) {
        return !isRefused(mask) && Shamir.consistent(set, threshold, without(shares, mask));
    }

    private boolean isNear(Ring ring, int mask, SortedMap<Integer, int[]> probes, int[] targets, int tolerance) {
        int[] values = Shamir.interpolateAtZero(set, without(probes, mask));
        for (int i = 0; i < targets.length; i++) {
            if (Math.abs((long) ring.lift(ring.subtract(targets[i], values[i]))) > tolerance) {
                return false;
            }
        }
        return true;
    }

    /** Leaving out still more of a polynomial that was refused gives the same polynomial. */
    private boolean isRefused(int mask) {
        return failed.stream().anyMatch(refused -> (mask & refused) == refused);
    }

    private boolean passes(int mask, Predicate<SortedSet<Integer>> accepts) {
        if (accepts.test(pointsOf(mask))) {
            return true;
        }
        failed.add(mask);
        return false;
    }

    private SortedMap<Integer, int[]> without(SortedMap<Integer, int[]> of, int mask) {
        SortedMap<Integer, int[]> rest = new TreeMap<>();
        for (int i = 0; i < points.size(); i++) {
            if ((mask >>> i & 1) == 0) {
                rest.put(points.get(i), of.get(points.get(i)));
            }
        }
        return rest;
    }

    private SortedSet<Integer> pointsOf(int mask) {
        SortedSet<Integer> named = new TreeSet<>();
        for (int i = 0; i < points.size(); i++) {
            if ((mask >>> i & 1) == 1) {
                named.add(points.get(i));
            }
        }
        return named;
    }

    /** The shares' inner products with words that nobody knows before all shares are there. */
    private int[] combined() {
        byte[][] parts = new byte[2 * shares.size()][];
        int at = 0;
        for (Map.Entry<Integer, int[]> share : shares.entrySet()) {
            parts[at++] = new byte[] {share.getKey().byteValue()};
            parts[at++] = Words.toBytes(share.getValue());
        }
        int length = shares.get(points.get(0)).length;
        byte[] key = Hkdf.derive(Digest.sha256(parts).toBytes(), INFO, KeyStream.KEY_LENGTH);
        int[] factors = Uniform.words(set, KeyStream.of(key), length);
        int[] sums = new int[points.size()];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = Challenge.dot(Ring.of(set), factors, shares.get(points.get(i)));
        }
        return sums;
    }
}
