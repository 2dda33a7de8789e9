package org.silofold.protocol.message;

/**
 * The aggregator marks in its own log where a start of its job begins: what stands before it was written by earlier starts, and nothing
 * that they wrote comes after it.
 *
 * @param context the context
 * @param start which start
 */
public record Fence(Context context, StartId start) implements Message {}
