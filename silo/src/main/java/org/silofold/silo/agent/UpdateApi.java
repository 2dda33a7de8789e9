package org.silofold.silo.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.silo.store.OutgoingUpdate;
import org.silofold.silo.store.UpdateTable;

/** The local API's updates. */
final class UpdateApi {
    private static final int CHUNK = 64 * 1024;

    private final ApiState state;
    private final UpdateTable updates;

    /** Deltas held in memory at once. */
    private final Semaphore atOnce = new Semaphore(2);

    UpdateApi(ApiState state) {
        this.state = state;
        this.updates = state.database().updates();
    }

    void submit(ApiCall call) throws IOException {
        String model = call.segment(2);
        long base = call.number("base");
        long examples = call.number("examples");
        Map<String, Double> metrics = metrics(call.header("Silofold-Metrics").orElse("{}"));
        long expected = state.context()
                .registry()
                .read(view -> view.modelSpec(model))
                .orElseThrow(() -> new AgentException(AgentException.NO_MODEL, "there is no model " + model))
                .parameterCount();
        UpdateId id;
        atOnce.acquireUninterruptibly();
        try {
            float[] delta = read(call, model, Math.toIntExact(expected));
            id = state.outbox().submit(new UpdateRequest(model, base, delta, examples, metrics));
        } finally {
            atOnce.release();
        }
        ObjectNode json = ApiCall.JSON.createObjectNode();
        json.put("updateId", id.hex());
        call.answer(201, json);
    }

    void list(ApiCall call) throws IOException {
        long limit = call.number("limit", Long.MAX_VALUE);
        if (limit < 1) {
            throw ApiCall.bad("limit is not a positive whole number: " + limit);
        }
        ArrayNode list = ApiCall.JSON.createArrayNode();
        updates.newest(limit).forEach(update -> list.add(ApiJson.update(update)));
        call.answer(200, list);
    }

    void withdraw(ApiCall call) throws IOException {
        call.answer(202, ApiJson.update(state.outbox().withdraw(id(call.segment(2)))));
    }

    void status(ApiCall call) throws IOException {
        UpdateId id = id(call.segment(2));
        Optional<String> notState = call.parameter("state");
        long notVersion = call.number("version", -1);
        Optional<OutgoingUpdate> changed = state.changes()
                .await(
                        () -> updates.find(id)
                                .filter(update -> notState.isEmpty()
                                        || !update.state().code().equals(notState.get())
                                        || update.version() != notVersion),
                        call.wait("waitMillis"));
        OutgoingUpdate update = changed.or(() -> updates.find(id))
                .orElseThrow(() -> new AgentException(AgentException.UNKNOWN_UPDATE, "there is no update " + id));
        call.answer(200, ApiJson.update(update));
    }

    /** Reads exactly as many values as the model has; a body of another length is refused before it is read. */
    private static float[] read(ApiCall call, String model, int count) throws IOException {
        long bytes = (long) count * Float.BYTES;
        Optional<String> announced = call.header("Content-Length");
        if (announced.isPresent() && Long.parseLong(announced.get()) != bytes) {
            throw wrongLength(model, count, announced.get() + " bytes");
        }
        float[] values = new float[count];
        byte[] chunk = new byte[CHUNK];
        ByteBuffer floats = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        InputStream body = call.body();
        for (int at = 0; at < count; at += CHUNK / Float.BYTES) {
            int length = Math.min(CHUNK / Float.BYTES, count - at);
            if (body.readNBytes(chunk, 0, length * Float.BYTES) != length * Float.BYTES) {
                throw wrongLength(model, count, "fewer bytes");
            }
            floats.asFloatBuffer().get(values, at, length);
        }
        if (body.read() >= 0) {
            throw wrongLength(model, count, "more bytes");
        }
        return values;
    }

    private static RejectedException wrongLength(String model, int count, String got) {
        return new RejectedException(
                Reason.WRONG_SHAPE,
                "model " + model + " has " + count + " parameters, " + (long) count * Float.BYTES
                        + " bytes of float32; the update has " + got);
    }

    private static Map<String, Double> metrics(String text) {
        Map<String, Double> metrics = new TreeMap<>();
        JsonNode json;
        try {
            json = ApiCall.JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AgentException(AgentException.BAD_REQUEST, "Silofold-Metrics is not JSON", e);
        }
        if (!json.isObject()) {
            throw ApiCall.bad("Silofold-Metrics is not a JSON object");
        }
        json.properties().forEach(field -> {
            // JSON has no NaN and no infinity; the SDK sends those as texts, to be refused by name.
            double value = field.getValue().isNumber() ? field.getValue().doubleValue() : Double.NaN;
            metrics.put(field.getKey(), value);
        });
        return metrics;
    }

    private static UpdateId id(String hex) {
        try {
            return UpdateId.ofHex(hex);
        } catch (IllegalArgumentException e) {
            throw new AgentException(AgentException.BAD_REQUEST, "an update id has 32 hexadecimal digits", e);
        }
    }
}
