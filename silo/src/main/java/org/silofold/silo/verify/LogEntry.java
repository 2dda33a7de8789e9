package org.silofold.silo.verify;

import org.silofold.silo.auditor.LogRecord;

/**
 * A record as it was read, not verified.
 *
 * @param at where it is
 * @param key its key, or null
 * @param value its value, or null; nobody mutates it
 * @param timestampMillis when the broker took it, epoch milliseconds
 */
public record LogEntry(Origin at, byte[] key, byte[] value, long timestampMillis) {
    LogRecord record() {
        return new LogRecord(value, timestampMillis);
    }
}
