package org.silofold.silo.agent;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.silo.store.UpdateBase;

/**
 * What a silo's training program hands in.
 *
 * @param model the model's name
 * @param baseVersion the version it trained from
 * @param delta trained minus base parameters, in the specification's tensor order; owned by the agent until the call returns
 * @param examples training examples behind it
 * @param metrics the metrics that the specification names
 */
record UpdateRequest(String model, long baseVersion, float[] delta, long examples, Map<String, Double> metrics) {

    /**
     * The version that an update was trained from, as published.
     *
     * @param version its version
     * @param manifestDigest digest of its manifest
     * @param root Merkle root of its shards
     * @param repeats whether it is a void version
     * @param newestVersion newest verified version
     */
    record Base(long version, Digest manifestDigest, Digest root, boolean repeats, long newestVersion) {
        UpdateBase spendable() {
            return new UpdateBase(version, root, repeats);
        }

        int tau() {
            return Math.toIntExact(newestVersion - version);
        }
    }

    /**
     * Checks everything that can be wrong with the request, and returns the metrics in the specification's order.
     *
     * @throws RejectedException naming what is wrong
     */
    double[] check(UpdateTerms terms) {
        long expected = terms.spec().parameterCount();
        if (delta.length != expected) {
            throw new RejectedException(
                    Reason.WRONG_SHAPE,
                    "the update has " + delta.length + " values, model " + model + " has " + expected);
        }
        for (int i = 0; i < delta.length; i++) {
            if (!Float.isFinite(delta[i])) {
                throw new RejectedException(Reason.NOT_FINITE, "value " + i + " of the update is " + delta[i]);
            }
        }
        if (examples < 1) {
            throw new RejectedException(Reason.INVALID_FIELD, "examples must be at least 1, not " + examples);
        }
        TreeSet<String> named = new TreeSet<>();
        double[] values = new double[terms.spec().metrics().size()];
        for (int i = 0; i < values.length; i++) {
            MetricSpec metric = terms.spec().metrics().get(i);
            named.add(metric.name());
            Double value = metrics.get(metric.name());
            if (value == null) {
                throw new RejectedException(Reason.INVALID_FIELD, "metric " + metric.name() + " is missing");
            }
            // Throws if the value is not finite or outside its range.
            terms.metricRanges().get(i).fraction(value);
            values[i] = value;
        }
        TreeMap<String, Double> unknown = new TreeMap<>(metrics);
        unknown.keySet().removeAll(named);
        if (!unknown.isEmpty()) {
            throw new RejectedException(
                    Reason.INVALID_FIELD,
                    "model " + model + " has no metric " + unknown.firstKey() + "; it has " + named);
        }
        return values;
    }
}
