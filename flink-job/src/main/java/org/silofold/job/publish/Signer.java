package org.silofold.job.publish;

import java.util.Optional;
import org.silofold.job.config.AggregatorKeys;
import org.silofold.job.config.KeyFiles;
import org.silofold.job.event.OutRecord;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.SignedRecords;

/** Signs messages with the aggregator's key, which it reads when it is made and wipes when it is closed. Not thread-safe. */
public final class Signer implements AutoCloseable {
    private static final byte[] NOTHING = new byte[0];

    private final SigningKey key;

    /**
     * @param files where the key is
     * @throws org.silofold.job.config.ConfigException if it is not there
     */
    public Signer(KeyFiles files) {
        this.key = AggregatorKeys.identity(files);
    }

    /** A signed record without payload. */
    public OutRecord sign(String topic, Optional<byte[]> recordKey, Message message) {
        return sign(topic, recordKey, message, NOTHING);
    }

    /** A signed record with a payload. */
    public OutRecord sign(String topic, Optional<byte[]> recordKey, Message message, byte[] payload) {
        return new OutRecord(topic, recordKey, SignedRecords.seal(message, payload, key));
    }

    @Override
    public void close() {
        key.close();
    }
}
