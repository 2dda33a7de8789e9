package org.silofold.demo.heart;

/**
 * What one hospital holds: its records, standardised with its own train statistics.
 *
 * @param hospital whose
 * @param train what it trains on
 * @param test what it keeps out of training and evaluates on
 */
public record HospitalData(Hospital hospital, Examples train, Examples test) {}
