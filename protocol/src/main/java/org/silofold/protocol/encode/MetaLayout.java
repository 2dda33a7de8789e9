package org.silofold.protocol.encode;

import org.silofold.protocol.params.ParameterSet;

/**
 * The meta section of an update: the meta block, then {@value CanaryBlocks#COUNT} canary blocks of zeros ({@link CanaryBlocks}), masked and sealed
 * together. The meta block's slots:
 *
 * <pre>
 *   0 .. 15         the weight, scaled by M, sixteen times
 *   16 ..           the metrics, one slot each, in the model specification's order
 *   ..              zeros
 *   N-256 .. N-1    canaries: zeros, which show a wrong secret sum
 * </pre>
 */
public final class MetaLayout {
    /** Slots that repeat the weight; their mean is decoded. */
    public static final int WEIGHT_SLOTS = 16;

    /** Slots at the end that are zero in every honest update. */
    public static final int CANARIES = 256;

    private MetaLayout() {}

    /** Words of the meta section. */
    public static int words(ParameterSet set) {
        return (1 + CanaryBlocks.COUNT) * set.n();
    }

    /** Bytes of the meta section, before it is sealed. */
    public static int bytes(ParameterSet set) {
        return (1 + CanaryBlocks.COUNT) * set.blockBytes();
    }

    /** The first canary's slot. */
    public static int firstCanary(ParameterSet set) {
        return set.n() - CANARIES;
    }

    /** How many metrics fit. */
    public static int maxMetrics(ParameterSet set) {
        return Math.max(0, set.n() - CANARIES - WEIGHT_SLOTS);
    }

    static void requireMetrics(ParameterSet set, int count) {
        if (set.n() < CANARIES + WEIGHT_SLOTS || count > maxMetrics(set)) {
            throw new IllegalArgumentException(
                    set.name() + " has room for " + maxMetrics(set) + " metrics, not " + count);
        }
    }
}
