package org.silofold.job.ingest;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.silofold.fuzz.Oracle;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.ModelEvent;
import org.silofold.job.event.Rejected;
import org.silofold.job.event.ShardPayload;
import org.silofold.job.types.JobTypes;
import org.silofold.protocol.mask.ModularSum;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Rejection;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.codec.HeaderCodec;
import org.silofold.schemas.rules.FieldLimits;
import org.silofold.schemas.rules.Texts;

/**
 * What came out of the operator. All of it can travel on, a rejection as the message that the job signs.
 *
 * @param accepted outputs that say that something was taken
 * @param rejections how many were turned away
 * @param refused why the last was
 * @param owners in whose name the outputs speak
 */
record Outcome(int accepted, int rejections, Optional<Reason> refused, Set<String> owners) {
    static Outcome of(List<ShardPayload> payloads, List<ModelEvent> events, List<Rejected> rejected) {
        Set<String> owners = new HashSet<>();
        int refusals = 0;
        for (ModelEvent event : events) {
            travels(JobTypes.EVENT, event);
            speaker(event.event()).ifPresent(owners::add);
            refusals += event.event() instanceof CoordinatorEvent.UpdateRefused ? 1 : 0;
        }
        Oracle.require(refusals <= rejected.size(), "an update refused, and no record of it");
        for (ShardPayload payload : payloads) {
            travels(JobTypes.PAYLOAD, payload);
            if (payload instanceof ShardPayload.VerifiedShard shard) {
                ModularSum.checkWords(IngestSamples.SET, shard.words(), 0, shard.words().length);
                owners.add(shard.update().silo());
            }
        }
        Optional<Reason> reason = Optional.empty();
        for (Rejected one : rejected) {
            travels(JobTypes.REJECTED, one);
            Oracle.require(Reason.ofCode(one.reason().code()) == one.reason(), "a reason without a code");
            HeaderCodec.encode(new Rejection(
                    TestFederation.PARTY.context(one.model(), Purpose.REJECTION),
                    one.reason(),
                    one.topic(),
                    one.partition(),
                    one.offset(),
                    one.recordDigest(),
                    Texts.oneLine(one.detail(), FieldLimits.LINE)));
            reason = Optional.of(one.reason());
        }
        return new Outcome(payloads.size() + events.size() - refusals, rejected.size(), reason, owners);
    }

    /** Whether nothing came of it. */
    boolean silent() {
        return accepted == 0 && rejections == 0;
    }

    /** The party that a fact is of; the aggregator's own and the authority's are of nobody's topic. */
    private static Optional<String> speaker(CoordinatorEvent event) {
        if (event instanceof CoordinatorEvent.ShardSeen seen) {
            return Optional.of(seen.silo());
        } else if (event instanceof CoordinatorEvent.ManifestSeen seen) {
            return Optional.of(seen.update().silo());
        } else if (event instanceof CoordinatorEvent.UpdateRefused seen) {
            return Optional.of(seen.update().silo());
        } else if (event instanceof CoordinatorEvent.WithdrawalSeen seen) {
            return Optional.of(seen.update().silo());
        } else if (event instanceof CoordinatorEvent.ReceiptSeen seen) {
            return Optional.of(seen.member());
        } else if (event instanceof CoordinatorEvent.VoteSeen seen) {
            return Optional.of(seen.member());
        } else if (event instanceof CoordinatorEvent.ResponseSeen seen) {
            return Optional.of(seen.member());
        }
        return Optional.empty();
    }

    private static <T> void travels(TypeInformation<T> type, T value) {
        TypeSerializer<T> serializer = type.createSerializer(new SerializerConfigImpl());
        try {
            byte[] once = bytes(serializer, value);
            byte[] twice = bytes(serializer, serializer.deserialize(new DataInputDeserializer(once)));
            Oracle.require(Arrays.equals(once, twice), "it changes on its way");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static <T> byte[] bytes(TypeSerializer<T> serializer, T value) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(256);
        serializer.serialize(value, out);
        return out.getCopyOfBuffer();
    }
}
