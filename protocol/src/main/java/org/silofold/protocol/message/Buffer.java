package org.silofold.protocol.message;

/**
 * The buffer a cohort was closed in.
 *
 * @param version the model version that its cohort will make
 * @param attempt 1 for the first cohort proposed for that version, then 2, ...
 */
public record Buffer(long version, int attempt) {}
