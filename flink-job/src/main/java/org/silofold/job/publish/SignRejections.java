package org.silofold.job.publish;

import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.silofold.job.config.KeyFiles;
import org.silofold.job.config.Party;
import org.silofold.job.event.OutRecord;
import org.silofold.job.event.Rejected;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Rejection;
import org.silofold.schemas.Topics;
import org.silofold.schemas.rules.FieldLimits;
import org.silofold.schemas.rules.Texts;

/** Signs rejections. Holds no state. */
public final class SignRejections extends ProcessFunction<Rejected, OutRecord> {
    private final Party party;
    private final KeyFiles files;
    private transient Topics topics;
    private transient Signer signer;

    /**
     * @param party who signs
     * @param files where the key is
     */
    public SignRejections(Party party, KeyFiles files) {
        this.party = party;
        this.files = files;
    }

    @Override
    public void open(OpenContext context) {
        topics = new Topics(party.topicPrefix());
        signer = new Signer(files);
    }

    @Override
    public void processElement(Rejected rejected, Context ctx, Collector<OutRecord> out) {
        Rejection message = new Rejection(
                party.context(rejected.model(), Purpose.REJECTION),
                rejected.reason(),
                rejected.topic(),
                rejected.partition(),
                rejected.offset(),
                rejected.recordDigest(),
                Texts.oneLine(rejected.detail(), FieldLimits.LINE));
        out.collect(signer.sign(topics.rejections(), Optional.empty(), message));
    }

    @Override
    public void close() {
        if (signer != null) {
            signer.close();
        }
    }
}
