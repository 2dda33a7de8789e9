package org.silofold.demo.heart;

/**
 * One silo's update on its way into a version.
 *
 * @param hospital whose
 * @param base version it was trained from
 * @param staleness versions published since the base when it was sent, at least 0
 * @param weight in (0, 1]
 * @param delta 14 values, not yet clipped; read only
 */
@SuppressWarnings("ArrayRecordComponent") // the simulation hands it over once and compares nothing
public record Contribution(Hospital hospital, int base, int staleness, double weight, float[] delta) {}
