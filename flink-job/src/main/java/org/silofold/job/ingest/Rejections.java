package org.silofold.job.ingest;

import org.silofold.job.event.RawRecord;
import org.silofold.job.event.Rejected;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.reason.RejectedException;

/** Turns refusals into what the rejections topic says. */
final class Rejections {
    private Rejections() {}

    /**
     * @param raw the record
     * @param model the model it was about, empty where nobody can tell
     * @param why the refusal
     */
    static Rejected of(RawRecord raw, String model, RejectedException why) {
        return new Rejected(
                why.reason(),
                model,
                raw.topic(),
                raw.partition(),
                raw.offset(),
                Digest.sha256(raw.value()),
                why.getMessage());
    }
}
