package org.silofold.protocol.optimize;

import java.util.Objects;

/**
 * One step of a server optimiser, in place. With d the mean delta and eta the server's learning rate:
 *
 * <pre>
 *   FEDAVG      x += eta * d
 *   FEDAVGM     m = beta1 * m + d;                  x += eta * m
 *   adaptive    m = beta1 * m + (1 - beta1) * d;    x += eta * m / (sqrt(v) + tau)
 *     FEDADAGRAD  v = v + d^2
 *     FEDADAM     v = beta2 * v + (1 - beta2) * d^2
 *     FEDYOGI     v = v - (1 - beta2) * d^2 * sign(v - d^2)
 * </pre>
 *
 * <p>Reddi et al., Adaptive Federated Optimization (ICLR 2021), algorithm 2, without bias correction. They start v at tau^2 or more; here m and
 * v start at 0, as in the FLamby benchmark's strategies: tau already bounds the first steps, and a first step is then the same for every tau
 * that is small beside the mean.
 *
 * <p>Everything is computed in double, operation by operation in the order written, and m, v and x are then rounded to float; the step uses
 * the rounded m and v. Java's arithmetic is strict (JEP 306) and Math.sqrt correctly rounded, so a replay gives the same bits.
 */
public final class ServerOptimizer {
    private ServerOptimizer() {}

    /**
     * Takes one step for the places {@code from..to-1} of all arrays.
     *
     * @param parameters x, updated
     * @param mean d, left as it is
     * @param m first moment, zeros before the first step, updated; not touched if the specification has none
     * @param v second moment, zeros before the first step, updated; not touched if the specification has none
     */
    public static void step(
            OptimizerSpec spec, float[] parameters, float[] mean, float[] m, float[] v, int from, int to) {
        Objects.checkFromToIndex(from, to, parameters.length);
        Objects.checkFromToIndex(from, to, mean.length);
        if (spec.usesFirstMoment()) {
            Objects.checkFromToIndex(from, to, m.length);
        }
        if (spec.usesSecondMoment()) {
            Objects.checkFromToIndex(from, to, v.length);
        }
        switch (spec.kind()) {
            case FEDAVG -> average(spec.learningRate(), parameters, mean, from, to);
            case FEDAVGM -> momentum(spec, parameters, mean, m, from, to);
            case FEDADAGRAD, FEDADAM, FEDYOGI -> {
                secondMoment(spec, mean, v, from, to);
                adapt(spec, parameters, mean, m, v, from, to);
            }
        }
    }

    /**
     * How far one parameter can move in the step to this version; see {@link StepBound#of}.
     *
     * @param clip bound on every mean so far
     * @param version the version that the step makes, 1 for the first
     */
    public static double stepBound(OptimizerSpec spec, double clip, long version) {
        return StepBound.of(spec, clip, version);
    }

    private static void average(double rate, float[] x, float[] d, int from, int to) {
        for (int i = from; i < to; i++) {
            x[i] = (float) (x[i] + rate * d[i]);
        }
    }

    private static void momentum(OptimizerSpec spec, float[] x, float[] d, float[] m, int from, int to) {
        double rate = spec.learningRate();
        double beta1 = spec.beta1();
        for (int i = from; i < to; i++) {
            m[i] = (float) (beta1 * m[i] + d[i]);
            x[i] = (float) (x[i] + rate * m[i]);
        }
    }

    private static void secondMoment(OptimizerSpec spec, float[] d, float[] v, int from, int to) {
        double beta2 = spec.beta2();
        double rest = 1.0 - beta2;
        for (int i = from; i < to; i++) {
            double square = (double) d[i] * d[i];
            double old = v[i];
            double moment =
                    switch (spec.kind()) {
                        case FEDADAGRAD -> old + square;
                        case FEDADAM -> beta2 * old + rest * square;
                        case FEDYOGI -> old - rest * square * Math.signum(old - square);
                        case FEDAVG, FEDAVGM -> throw new IllegalStateException(spec.kind() + " has no second moment");
                    };
            v[i] = (float) moment;
        }
    }

    private static void adapt(OptimizerSpec spec, float[] x, float[] d, float[] m, float[] v, int from, int to) {
        double rate = spec.learningRate();
        double beta1 = spec.beta1();
        double rest = 1.0 - beta1;
        double tau = spec.tau();
        for (int i = from; i < to; i++) {
            m[i] = (float) (beta1 * m[i] + rest * d[i]);
            x[i] = (float) (x[i] + rate * m[i] / (Math.sqrt(v[i]) + tau));
        }
    }
}
