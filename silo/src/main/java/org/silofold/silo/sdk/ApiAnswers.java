package org.silofold.silo.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.schemas.codec.HeaderCodec;

/** Reads the agent's JSON. What is no answer of an agent's is a {@link SiloException#BAD_ANSWER}. */
final class ApiAnswers {
    private ApiAnswers() {}

    /** Values refuse what they cannot be with many an exception: here it is always the answer that is bad. */
    private static <T> T read(String what, Supplier<T> reader) {
        try {
            return reader.get();
        } catch (IllegalArgumentException | ArithmeticException | RejectedException e) {
            throw new SiloException(SiloException.BAD_ANSWER, "the agent's answer is no " + what, e);
        }
    }

    static VerifiedModel model(JsonNode json, float[] parameters) {
        return read("model", () -> readModel(json, parameters));
    }

    private static VerifiedModel readModel(JsonNode json, float[] parameters) {
        List<TensorSpec> tensors = new ArrayList<>();
        for (JsonNode tensor : json.path("tensors")) {
            List<Integer> shape = new ArrayList<>();
            tensor.path("shape").forEach(size -> shape.add(size.asInt()));
            tensors.add(new TensorSpec(text(tensor, "name"), shape));
        }
        List<MetricSpec> metrics = new ArrayList<>();
        for (JsonNode metric : json.path("metrics")) {
            metrics.add(new MetricSpec(
                    text(metric, "name"),
                    metric.path("min").asDouble(),
                    metric.path("max").asDouble()));
        }
        return new VerifiedModel(
                text(json, "model"),
                json.path("version").asLong(),
                Digest.ofHex(text(json, "manifestDigest")),
                tensors,
                metrics,
                parameters,
                HeaderCodec.decode(ModelManifest.class, Purpose.MODEL_MANIFEST, bytes(json, "manifestHeader")));
    }

    /** How many values a model's parameters are. */
    static int parameterCount(JsonNode json) {
        JsonNode count = json.path("parameterCount");
        if (!count.canConvertToInt() || count.asInt() < 0) {
            throw new SiloException(SiloException.BAD_ANSWER, "the agent's answer lacks parameterCount");
        }
        return count.asInt();
    }

    /** The id of an update that was submitted. */
    static UpdateId updateId(JsonNode json) {
        return read("update id", () -> UpdateId.ofHex(text(json, "updateId")));
    }

    static UpdateStatus update(JsonNode json) {
        return read("update", () -> readUpdate(json));
    }

    private static UpdateStatus readUpdate(JsonNode json) {
        Optional<Reason> reason =
                json.path("reason").isTextual() ? Optional.of(Reason.ofCode(text(json, "reason"))) : Optional.empty();
        return new UpdateStatus(
                UpdateId.ofHex(text(json, "updateId")),
                text(json, "model"),
                json.path("baseVersion").asLong(),
                UpdateStatus.State.ofCode(text(json, "state")),
                json.path("version").asLong(),
                reason,
                text(json, "detail"),
                json.path("bytes").asLong());
    }

    static AgentStatus status(JsonNode json) {
        List<AgentStatus.Component> components = new ArrayList<>();
        for (JsonNode node : json.path("components")) {
            components.add(new AgentStatus.Component(
                    text(node, "name"),
                    node.path("healthy").asBoolean(),
                    text(node, "detail"),
                    node.path("sinceMillis").asLong(),
                    node.path("skipped").asLong()));
        }
        List<AgentStatus.Model> models = new ArrayList<>();
        for (JsonNode node : json.path("models")) {
            models.add(new AgentStatus.Model(
                    text(node, "model"),
                    node.path("chainVersion").asLong(),
                    node.path("verifiedVersion").asLong(),
                    node.path("waitsFor").isTextual() ? Optional.of(text(node, "waitsFor")) : Optional.empty()));
        }
        List<AgentStatus.Budget> budgets = new ArrayList<>();
        for (JsonNode node : json.path("budgets")) {
            budgets.add(new AgentStatus.Budget(
                    text(node, "model"),
                    node.path("epsilon").asDouble(),
                    node.path("delta").asDouble(),
                    node.path("spentEpsilon").isTextual()
                            ? Double.POSITIVE_INFINITY
                            : node.path("spentEpsilon").asDouble(),
                    node.path("remainingUpdates").asLong()));
        }
        return new AgentStatus(
                text(json, "party"),
                text(json, "role"),
                text(json, "federation"),
                text(json, "bootstrap"),
                json.path("healthy").asBoolean(),
                json.path("epoch").asInt(),
                json.path("seat").asInt(),
                components,
                models,
                budgets);
    }

    static SiloException error(JsonNode json) {
        return new SiloException(
                json.path("code").asText(SiloException.BAD_ANSWER),
                json.path("message").asText("the agent refused without a word"));
    }

    static String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (!value.isTextual()) {
            throw new SiloException(SiloException.BAD_ANSWER, "the agent's answer lacks " + field);
        }
        return value.asText();
    }

    private static byte[] bytes(JsonNode json, String field) {
        try {
            byte[] value = json.path(field).binaryValue();
            if (value == null) {
                throw new SiloException(SiloException.BAD_ANSWER, "the agent's answer lacks " + field);
            }
            return value;
        } catch (IOException e) {
            throw new SiloException(SiloException.BAD_ANSWER, "the agent's answer has a broken " + field, e);
        }
    }
}
