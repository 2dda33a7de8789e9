package org.silofold.job.types;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.job.event.AuditNote;
import org.silofold.job.event.LotKey;
import org.silofold.job.event.PublishCommand;
import org.silofold.job.event.RosterId;
import org.silofold.job.event.Terms;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.StartId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.Privacy;

/** The protocol's values inside of events, written field by field in the order of their components. */
final class Parts {
    private Parts() {}

    static void writeContext(Context context, DataOutputView out) throws IOException {
        out.writeInt(context.version());
        Wire.writeString(context.suite(), out);
        Wire.writeString(context.federation(), out);
        out.writeInt(context.rosterEpoch());
        Wire.writeDigest(context.rosterDigest(), out);
        out.writeLong(context.policySequence());
        Wire.writeString(context.model(), out);
        Wire.writeString(context.sender(), out);
        Wire.writeString(context.purpose().text(), out);
    }

    static Context readContext(DataInputView in) throws IOException {
        return new Context(
                in.readInt(),
                Wire.readString(in),
                Wire.readString(in),
                in.readInt(),
                Wire.readDigest(in),
                in.readLong(),
                Wire.readString(in),
                Wire.readString(in),
                Purpose.ofText(Wire.readString(in)));
    }

    static void writeRoster(RosterId roster, DataOutputView out) throws IOException {
        out.writeInt(roster.epoch());
        Wire.writeDigest(roster.digest(), out);
    }

    static RosterId readRoster(DataInputView in) throws IOException {
        return new RosterId(in.readInt(), Wire.readDigest(in));
    }

    static void writeRef(UpdateRef ref, DataOutputView out) throws IOException {
        Wire.writeString(ref.silo(), out);
        Wire.writeUpdateId(ref.updateId(), out);
        Wire.writeDigest(ref.manifestDigest(), out);
    }

    static UpdateRef readRef(DataInputView in) throws IOException {
        return new UpdateRef(Wire.readString(in), Wire.readUpdateId(in), Wire.readDigest(in));
    }

    static void writeBuffer(Buffer buffer, DataOutputView out) throws IOException {
        out.writeLong(buffer.version());
        out.writeInt(buffer.attempt());
    }

    static Buffer readBuffer(DataInputView in) throws IOException {
        return new Buffer(in.readLong(), in.readInt());
    }

    static void writeTerms(Terms terms, DataOutputView out) throws IOException {
        writeContext(terms.context(), out);
        Wire.writeDigest(terms.modelSpecDigest(), out);
        out.writeLong(terms.parameterCount());
        Wire.writeAll(
                terms.metrics(),
                (metric, o) -> {
                    Wire.writeString(metric.name(), o);
                    o.writeDouble(metric.min());
                    o.writeDouble(metric.max());
                },
                out);
        Wire.writeAll(terms.committee(), Wire::writeString, out);
        Wire.writeString(terms.parameterSet(), out);
        out.writeDouble(terms.clip());
        out.writeInt(terms.maxCohort());
        out.writeDouble(terms.minWeight());
        out.writeInt(terms.extraResponses());
        out.writeLong(terms.responseTimeoutMillis());
        Wire.writeString(terms.optimizer(), out);
        out.writeDouble(terms.learningRate());
        out.writeDouble(terms.beta1());
        out.writeDouble(terms.beta2());
        out.writeDouble(terms.adaptivity());
        out.writeInt(terms.minCohort());
        Wire.writeOptional(
                terms.privacy(),
                (privacy, o) -> {
                    o.writeDouble(privacy.l2Clip());
                    o.writeDouble(privacy.noiseMultiplier());
                    o.writeInt(privacy.colluders());
                    o.writeDouble(privacy.epsilon());
                    o.writeDouble(privacy.delta());
                },
                out);
    }

    static Terms readTerms(DataInputView in) throws IOException {
        return new Terms(
                readContext(in),
                Wire.readDigest(in),
                in.readLong(),
                Wire.<MetricSpec>readAll(i -> new MetricSpec(Wire.readString(i), i.readDouble(), i.readDouble()), in),
                Wire.<String>readAll(Wire::readString, in),
                Wire.readString(in),
                in.readDouble(),
                in.readInt(),
                in.readDouble(),
                in.readInt(),
                in.readLong(),
                Wire.readString(in),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readInt(),
                Wire.readOptional(
                        i -> new Privacy(i.readDouble(), i.readDouble(), i.readInt(), i.readDouble(), i.readDouble()),
                        in));
    }

    static void writePublish(PublishCommand command, DataOutputView out) throws IOException {
        writeContext(command.context(), out);
        out.writeLong(command.version());
        Wire.writeDigest(command.previousDigest(), out);
        out.writeInt(command.attempt());
        Wire.writeAll(command.cohort(), Parts::writeRef, out);
        out.writeInt(command.shardCount());
        Wire.writeDigest(command.modelSpecDigest(), out);
        out.writeDouble(command.sumOfWeights());
        Wire.writeAll(
                command.metrics(),
                (metric, o) -> {
                    Wire.writeString(metric.name(), o);
                    o.writeDouble(metric.sum());
                },
                out);
        Wire.writeString(command.optimizer(), out);
        Wire.writeDigest(command.secretSumDigest(), out);
        Wire.writeOptional(
                command.privacy(),
                (spent, o) -> {
                    o.writeDouble(spent.epsilon());
                    o.writeDouble(spent.delta());
                },
                out);
        Wire.writeOptional(command.voidVersion(), Wire::writeDigest, out);
        Wire.writeOptional(command.requiredRoot(), Wire::writeDigest, out);
        Wire.writeOptional(command.published(), Wire::writeDigest, out);
        Wire.writeOptional(command.confirmation(), Parts::writeStart, out);
    }

    static PublishCommand readPublish(DataInputView in) throws IOException {
        return new PublishCommand(
                readContext(in),
                in.readLong(),
                Wire.readDigest(in),
                in.readInt(),
                Wire.<UpdateRef>readAll(Parts::readRef, in),
                in.readInt(),
                Wire.readDigest(in),
                in.readDouble(),
                Wire.<ModelManifest.MetricSum>readAll(
                        i -> new ModelManifest.MetricSum(Wire.readString(i), i.readDouble()), in),
                Wire.readString(in),
                Wire.readDigest(in),
                Wire.readOptional(i -> new ModelManifest.PrivacySpent(i.readDouble(), i.readDouble()), in),
                Wire.readOptional(Wire::readDigest, in),
                Wire.readOptional(Wire::readDigest, in),
                Wire.readOptional(Wire::readDigest, in),
                Wire.readOptional(Parts::readStart, in));
    }

    static void writeLotKey(LotKey key, DataOutputView out) throws IOException {
        out.write(key.toBytes());
    }

    static LotKey readLotKey(DataInputView in) throws IOException {
        byte[] bytes = new byte[LotKey.LENGTH];
        in.readFully(bytes);
        return LotKey.of(bytes);
    }

    private static void writeStart(StartId start, DataOutputView out) throws IOException {
        out.writeLong(start.high());
        out.writeLong(start.low());
    }

    private static StartId readStart(DataInputView in) throws IOException {
        return new StartId(in.readLong(), in.readLong());
    }

    static void writeNote(AuditNote note, DataOutputView out) throws IOException {
        Wire.writeString(note.event(), out);
        Wire.writeAll(
                new ArrayList<>(note.details().entrySet()),
                (detail, o) -> {
                    Wire.writeString(detail.getKey(), o);
                    Wire.writeString(detail.getValue(), o);
                },
                out);
    }

    static AuditNote readNote(DataInputView in) throws IOException {
        String event = Wire.readString(in);
        SortedMap<String, String> details = new TreeMap<>();
        List<String[]> pairs = Wire.readAll(i -> new String[] {Wire.readString(i), Wire.readString(i)}, in);
        pairs.forEach(pair -> details.put(pair[0], pair[1]));
        return new AuditNote(event, details);
    }
}
