package org.silofold.silo.auditor;

/**
 * A record of the log, not verified.
 *
 * @param value its value; nobody mutates it
 * @param timestampMillis when the broker took it, epoch milliseconds
 */
public record LogRecord(byte[] value, long timestampMillis) {}
