package org.silofold.job.publish;

import java.util.Optional;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.silofold.job.config.KeyFiles;
import org.silofold.job.config.Party;
import org.silofold.job.event.OutRecord;
import org.silofold.job.event.Rejected;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Rejection;
import org.silofold.schemas.Topics;
import org.silofold.schemas.rules.FieldLimits;
import org.silofold.schemas.rules.Texts;

/**
 * Signs rejections, not more of a topic than {@link RejectionLimit} lets pass between two checkpoints. Before each checkpoint everything is
 * told, so there is no state.
 */
public final class SignRejections extends AbstractStreamOperator<OutRecord>
        implements OneInputStreamOperator<Rejected, OutRecord> {
    private static final long serialVersionUID = 1;

    private final Party party;
    private final KeyFiles files;
    private transient Topics topics;
    private transient Signer signer;
    private transient RejectionLimit limit;

    /**
     * @param party who signs
     * @param files where the key is
     */
    public SignRejections(Party party, KeyFiles files) {
        this.party = party;
        this.files = files;
    }

    @Override
    public void open() throws Exception {
        super.open();
        topics = new Topics(party.topicPrefix());
        signer = new Signer(files);
        limit = new RejectionLimit();
    }

    @Override
    public void processElement(StreamRecord<Rejected> element) {
        if (limit.isTold(element.getValue())) {
            tell(element.getValue());
        }
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) {
        limit.flush().forEach(this::tell);
    }

    @Override
    public void finish() throws Exception {
        limit.flush().forEach(this::tell);
        super.finish();
    }

    private void tell(Rejected rejected) {
        Rejection message = new Rejection(
                party.context(rejected.model(), Purpose.REJECTION),
                rejected.reason(),
                rejected.topic(),
                rejected.partition(),
                rejected.offset(),
                rejected.recordDigest(),
                Texts.oneLine(rejected.detail(), FieldLimits.LINE));
        output.collect(new StreamRecord<>(signer.sign(topics.rejections(), Optional.empty(), message)));
    }

    @Override
    public void close() throws Exception {
        if (signer != null) {
            signer.close();
        }
        super.close();
    }
}
