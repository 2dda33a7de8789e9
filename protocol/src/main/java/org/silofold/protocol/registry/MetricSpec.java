package org.silofold.protocol.registry;

/**
 * An evaluation metric that silos report with an update.
 *
 * @param name the metric's name
 * @param min smallest value
 * @param max largest value, above {@code min}
 */
public record MetricSpec(String name, double min, double max) {}
