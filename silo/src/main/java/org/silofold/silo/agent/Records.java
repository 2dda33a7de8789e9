package org.silofold.silo.agent;

import org.silofold.protocol.envelope.Frame;

/** Reads records again that were verified before they were stored. */
final class Records {
    private Records() {}

    /** The header's exact bytes. */
    static byte[] header(byte[] record) {
        return Frame.parse(record, new Frame.Limits(record.length, record.length))
                .header();
    }
}
