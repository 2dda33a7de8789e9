package org.silofold.protocol.message;

/**
 * The aggregator marks in its own log where a start of its job begins: what stands before it was written by earlier starts, and nothing
 * that they wrote comes after it. With an id derived from that start's it confirms that a version which the log holds was made again and came
 * out the same.
 *
 * @param context the context
 * @param start which start, or what it confirms
 */
public record Fence(Context context, StartId start) implements Message {}
