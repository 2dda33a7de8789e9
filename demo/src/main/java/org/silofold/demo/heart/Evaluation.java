package org.silofold.demo.heart;

/**
 * A model's metrics on one set of examples; a silo reports them for the base version on its own held-out data.
 *
 * @param loss mean binary cross-entropy in nats, at least 0
 * @param correct examples classified rightly at threshold 0.5
 * @param examples how many there were
 */
public record Evaluation(double loss, int correct, int examples) {
    /** Share of right classifications, 0 to 1. */
    public double accuracy() {
        return (double) correct / examples;
    }
}
