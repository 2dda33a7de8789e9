package org.silofold.job.types;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.ModelRegistry;
import org.silofold.job.event.TimeSpan;
import org.silofold.job.event.VoidOrder;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.WrappedKey;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Roster;
import org.silofold.schemas.codec.HeaderCodec;

/** The coordinator's events. Messages inside of them travel as their header bytes. */
final class Events {
    private static final int SHARD = 1;
    private static final int MANIFEST = 2;
    private static final int RECEIPT = 3;
    private static final int VOTE = 4;
    private static final int RESPONSE = 5;
    private static final int OWN_REQUEST = 6;
    private static final int OWN_MANIFEST = 7;
    private static final int REGISTRY = 8;
    private static final int TIMER = 9;
    private static final int REFUSED = 10;
    private static final int OWN_BROKEN = 11;
    private static final int STARTED = 12;
    private static final int OWN_FENCE = 13;
    private static final int VOID = 14;
    private static final int WITHDRAWAL = 15;

    private Events() {}

    static void write(CoordinatorEvent event, DataOutputView out) throws IOException {
        if (event instanceof CoordinatorEvent.ShardSeen seen) {
            out.writeByte(SHARD);
            Wire.writeString(seen.silo(), out);
            Wire.writeUpdateId(seen.updateId(), out);
            out.writeLong(seen.sequence());
            out.writeInt(seen.index());
            out.writeInt(seen.count());
            Wire.writeDigest(seen.payloadDigest(), out);
        } else if (event instanceof CoordinatorEvent.ManifestSeen seen) {
            out.writeByte(MANIFEST);
            Parts.writeRef(seen.update(), out);
            writeCore(seen.core(), out);
            Wire.writeWords(seen.metaWords(), out);
        } else if (event instanceof CoordinatorEvent.ReceiptSeen seen) {
            out.writeByte(RECEIPT);
            Wire.writeString(seen.member(), out);
            Parts.writeRoster(seen.roster(), out);
            Parts.writeRef(seen.update(), out);
            Wire.writeOptional(seen.refused(), Wire::writeReason, out);
        } else if (event instanceof CoordinatorEvent.VoteSeen seen) {
            out.writeByte(VOTE);
            Wire.writeString(seen.member(), out);
            Parts.writeRoster(seen.roster(), out);
            Parts.writeBuffer(seen.buffer(), out);
            Wire.writeDigest(seen.cohortDigest(), out);
            Wire.writeOptional(seen.refused(), Wire::writeReason, out);
            Wire.writeAll(seen.inTheWay(), Parts::writeRef, out);
            Wire.writeBytes(seen.record(), out);
        } else if (event instanceof CoordinatorEvent.ResponseSeen seen) {
            out.writeByte(RESPONSE);
            Wire.writeString(seen.member(), out);
            Parts.writeRoster(seen.roster(), out);
            Parts.writeBuffer(seen.buffer(), out);
            Wire.writeDigest(seen.cohortDigest(), out);
            Wire.writeWords(seen.words(), out);
        } else if (event instanceof CoordinatorEvent.OwnRequestSeen seen) {
            out.writeByte(OWN_REQUEST);
            writeMessage(seen.request(), out);
        } else if (event instanceof CoordinatorEvent.OwnManifestSeen seen) {
            out.writeByte(OWN_MANIFEST);
            writeMessage(seen.manifest(), out);
            Wire.writeDigest(seen.digest(), out);
        } else if (event instanceof CoordinatorEvent.RegistryChanged changed) {
            out.writeByte(REGISTRY);
            writeRegistry(changed.registry(), out);
        } else if (event instanceof CoordinatorEvent.UpdateRefused refused) {
            out.writeByte(REFUSED);
            UpdateKeySerializer.INSTANCE.serialize(refused.update(), out);
            Wire.writeReason(refused.reason(), out);
        } else if (event instanceof CoordinatorEvent.OwnBrokenSeen seen) {
            out.writeByte(OWN_BROKEN);
            Parts.writeBuffer(seen.buffer(), out);
            Wire.writeDigest(seen.cohortDigest(), out);
            Wire.writeReason(seen.reason(), out);
        } else if (event instanceof CoordinatorEvent.Started started) {
            out.writeByte(STARTED);
            Wire.writeString(started.startId(), out);
            Parts.writeLotKey(started.lotKey(), out);
        } else if (event instanceof CoordinatorEvent.OwnFenceSeen seen) {
            out.writeByte(OWN_FENCE);
            Wire.writeString(seen.startId(), out);
            Wire.writeString(seen.among().code(), out);
        } else if (event instanceof CoordinatorEvent.VoidOrdered ordered) {
            out.writeByte(VOID);
            out.writeLong(ordered.order().version());
            Wire.writeDigest(ordered.order().previousDigest(), out);
            Wire.writeDigest(ordered.order().document(), out);
        } else if (event instanceof CoordinatorEvent.WithdrawalSeen seen) {
            out.writeByte(WITHDRAWAL);
            UpdateKeySerializer.INSTANCE.serialize(seen.update(), out);
        } else if (event instanceof CoordinatorEvent.Timer) {
            out.writeByte(TIMER);
        }
    }

    static CoordinatorEvent read(DataInputView in) throws IOException {
        int kind = in.readUnsignedByte();
        return switch (kind) {
            case SHARD ->
                new CoordinatorEvent.ShardSeen(
                        Wire.readString(in),
                        Wire.readUpdateId(in),
                        in.readLong(),
                        in.readInt(),
                        in.readInt(),
                        Wire.readDigest(in));
            case MANIFEST -> new CoordinatorEvent.ManifestSeen(Parts.readRef(in), readCore(in), Wire.readWords(in));
            case RECEIPT ->
                new CoordinatorEvent.ReceiptSeen(
                        Wire.readString(in),
                        Parts.readRoster(in),
                        Parts.readRef(in),
                        Wire.readOptional(Wire::readReason, in));
            case VOTE ->
                new CoordinatorEvent.VoteSeen(
                        Wire.readString(in),
                        Parts.readRoster(in),
                        Parts.readBuffer(in),
                        Wire.readDigest(in),
                        Wire.readOptional(Wire::readReason, in),
                        List.copyOf(Wire.readAll(Parts::readRef, in)),
                        Wire.readBytes(in));
            case RESPONSE ->
                new CoordinatorEvent.ResponseSeen(
                        Wire.readString(in),
                        Parts.readRoster(in),
                        Parts.readBuffer(in),
                        Wire.readDigest(in),
                        Wire.readWords(in));
            case OWN_REQUEST ->
                new CoordinatorEvent.OwnRequestSeen(readMessage(UnmaskRequest.class, Purpose.UNMASK_REQUEST, in));
            case OWN_MANIFEST ->
                new CoordinatorEvent.OwnManifestSeen(
                        readMessage(ModelManifest.class, Purpose.MODEL_MANIFEST, in), Wire.readDigest(in));
            case REGISTRY -> new CoordinatorEvent.RegistryChanged(readRegistry(in));
            case REFUSED ->
                new CoordinatorEvent.UpdateRefused(UpdateKeySerializer.INSTANCE.deserialize(in), Wire.readReason(in));
            case OWN_BROKEN ->
                new CoordinatorEvent.OwnBrokenSeen(Parts.readBuffer(in), Wire.readDigest(in), Wire.readReason(in));
            case STARTED -> new CoordinatorEvent.Started(Wire.readString(in), Parts.readLotKey(in));
            case OWN_FENCE ->
                new CoordinatorEvent.OwnFenceSeen(
                        Wire.readString(in), CoordinatorEvent.OwnFenceSeen.Among.ofCode(Wire.readString(in)));
            case VOID ->
                new CoordinatorEvent.VoidOrdered(
                        new VoidOrder(in.readLong(), Wire.readDigest(in), Wire.readDigest(in)));
            case WITHDRAWAL -> new CoordinatorEvent.WithdrawalSeen(UpdateKeySerializer.INSTANCE.deserialize(in));
            case TIMER -> new CoordinatorEvent.Timer();
            default -> throw new IOException("no kind of event: " + kind);
        };
    }

    private static void writeMessage(Message message, DataOutputView out) throws IOException {
        Wire.writeBytes(HeaderCodec.encode(message), out);
    }

    private static <M extends Message> M readMessage(Class<M> type, Purpose purpose, DataInputView in)
            throws IOException {
        return HeaderCodec.decode(type, purpose, Wire.readBytes(in));
    }

    private static void writeRegistry(ModelRegistry registry, DataOutputView out) throws IOException {
        Parts.writeContext(registry.context(), out);
        writeMessage(registry.roster(), out);
        writeMessage(registry.policy(), out);
        writeMessage(registry.spec(), out);
        Wire.writeDigest(registry.specDigest(), out);
        Wire.writeAll(
                registry.organisations().entrySet(),
                (entry, o) -> {
                    Wire.writeString(entry.getKey(), o);
                    Wire.writeString(entry.getValue(), o);
                },
                out);
        Wire.writeAll(
                registry.revoked().entrySet(),
                (entry, o) -> {
                    Wire.writeString(entry.getKey(), o);
                    Wire.writeAll(entry.getValue(), Events::writeSpan, o);
                },
                out);
    }

    private static ModelRegistry readRegistry(DataInputView in) throws IOException {
        return new ModelRegistry(
                Parts.readContext(in),
                readMessage(Roster.class, Purpose.ROSTER, in),
                readMessage(Policy.class, Purpose.POLICY, in),
                readMessage(ModelSpec.class, Purpose.MODEL_SPEC, in),
                Wire.readDigest(in),
                readMap(Wire::readString, in),
                readMap(i -> Wire.readAll(Events::readSpan, i), in));
    }

    private static void writeSpan(TimeSpan span, DataOutputView out) throws IOException {
        out.writeLong(span.fromMillis());
        out.writeLong(span.untilMillis());
    }

    private static TimeSpan readSpan(DataInputView in) throws IOException {
        return new TimeSpan(in.readLong(), in.readLong());
    }

    private static <V> SortedMap<String, V> readMap(Wire.Reader<V> value, DataInputView in) throws IOException {
        SortedMap<String, V> map = new TreeMap<>();
        List<Map.Entry<String, V>> entries = Wire.readAll(i -> Map.entry(Wire.readString(i), value.read(i)), in);
        entries.forEach(entry -> map.put(entry.getKey(), entry.getValue()));
        return map;
    }

    private static void writeCore(UpdateManifest.Core core, DataOutputView out) throws IOException {
        Parts.writeContext(core.context(), out);
        Wire.writeUpdateId(core.updateId(), out);
        out.writeLong(core.sequence());
        out.writeLong(core.baseVersion());
        Wire.writeDigest(core.baseDigest(), out);
        out.writeInt(core.tau());
        Wire.writeString(core.weightRule(), out);
        out.writeLong(core.expiryMillis());
        out.writeInt(core.memberCount());
        out.writeInt(core.threshold());
        out.writeInt(core.repetitions());
        Wire.writeString(core.parameterSet(), out);
        Wire.writeDigest(core.modelSpecDigest(), out);
        out.writeLong(core.parameterCount());
        out.writeInt(core.shardCount());
        Wire.writeAll(
                core.wrappedKeys(),
                (key, o) -> {
                    Wire.writeString(key.recipient(), o);
                    Wire.writeBytes(key.kemCiphertext(), o);
                    Wire.writeBytes(key.wrapped(), o);
                },
                out);
        Wire.writeDigest(core.cekDigest(), out);
        Wire.writeAll(core.memberCiphertexts(), Wire::writeBytes, out);
        Wire.writeDigest(core.shardsRoot(), out);
    }

    private static UpdateManifest.Core readCore(DataInputView in) throws IOException {
        return new UpdateManifest.Core(
                Parts.readContext(in),
                Wire.readUpdateId(in),
                in.readLong(),
                in.readLong(),
                Wire.readDigest(in),
                in.readInt(),
                Wire.readString(in),
                in.readLong(),
                in.readInt(),
                in.readInt(),
                in.readInt(),
                Wire.readString(in),
                Wire.readDigest(in),
                in.readLong(),
                in.readInt(),
                List.copyOf(Wire.<WrappedKey>readAll(
                        i -> new WrappedKey(Wire.readString(i), Wire.readBytes(i), Wire.readBytes(i)), in)),
                Wire.readDigest(in),
                List.copyOf(Wire.<byte[]>readAll(Wire::readBytes, in)),
                Wire.readDigest(in));
    }
}
