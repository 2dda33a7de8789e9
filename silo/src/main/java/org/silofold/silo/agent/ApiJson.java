package org.silofold.silo.agent;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.silofold.protocol.privacy.ModelPrivacy;
import org.silofold.protocol.privacy.PrivacyBudget;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.registry.Roster;
import org.silofold.silo.store.OutgoingUpdate;
import org.silofold.silo.store.StoredManifest;

/** The local API's JSON; the SDK reads it. */
final class ApiJson {
    private ApiJson() {}

    static ObjectNode model(ApiState state, StoredManifest manifest) {
        ObjectNode json = ApiCall.JSON.createObjectNode();
        json.put("model", manifest.model());
        json.put("version", manifest.version());
        json.put("manifestDigest", manifest.digest().hex());
        json.put("manifestHeader", Records.header(manifest.record()));
        ModelSpec spec = state.context()
                .registry()
                .read(view -> view.modelSpec(manifest.model()))
                .orElseThrow(
                        () -> new AgentException(AgentException.NO_MODEL, "there is no model " + manifest.model()));
        json.put("parameterCount", spec.parameterCount());
        ArrayNode tensors = json.putArray("tensors");
        spec.tensors().forEach(tensor -> {
            ObjectNode node = tensors.addObject();
            node.put("name", tensor.name());
            ArrayNode shape = node.putArray("shape");
            tensor.shape().forEach(shape::add);
        });
        ArrayNode metrics = json.putArray("metrics");
        spec.metrics().forEach(metric -> metrics.addObject()
                .put("name", metric.name())
                .put("min", metric.min())
                .put("max", metric.max()));
        return json;
    }

    static ObjectNode update(OutgoingUpdate update) {
        ObjectNode json = ApiCall.JSON.createObjectNode();
        json.put("updateId", update.updateId().hex());
        json.put("model", update.model());
        json.put("baseVersion", update.baseVersion());
        json.put("state", update.state().code());
        json.put("version", update.version());
        json.put("reason", update.reason().map(Reason::code).orElse(null));
        json.put("detail", update.detail());
        json.put("bytes", update.bytes());
        json.put("createdMillis", update.createdMillis());
        return json;
    }

    static ObjectNode status(ApiState state) {
        AgentContext context = state.context();
        ObjectNode json = ApiCall.JSON.createObjectNode();
        json.put("party", context.party().name());
        json.put("role", context.party().config().role().code());
        json.put("federation", context.party().config().federation());
        json.put("bootstrap", context.party().config().bootstrap());
        json.put("healthy", context.health().healthy());
        Optional<Roster> roster = context.registry().read(view -> view.roster());
        json.put("epoch", roster.map(Roster::epoch).orElse(0));
        json.put("seat", roster.map(r -> r.point(context.party().name())).orElse(0));
        ArrayNode components = json.putArray("components");
        context.health().components().forEach(component -> components
                .addObject()
                .put("name", component.name())
                .put("healthy", component.healthy())
                .put("detail", component.detail())
                .put("sinceMillis", component.sinceMillis())
                .put("skipped", component.skipped()));
        ArrayNode models = json.putArray("models");
        for (String model : state.database().manifests().models()) {
            ObjectNode node = models.addObject();
            node.put("model", model);
            node.put("chainVersion", version(state.database().manifests().head(model)));
            node.put("verifiedVersion", version(state.database().manifests().newestVerified(model)));
            waiting(state, model).ifPresent(auditor -> node.put("waitsFor", auditor));
        }
        budgets(state, json.putArray("budgets"));
        return json;
    }

    /** The auditor for whom the newest version in the chain waits. */
    static Optional<String> waiting(ApiState state, String model) {
        return isAuditor(state)
                ? Optional.empty()
                : state.database().manifests().head(model).flatMap(countersignatures(state)::missing);
    }

    /** Whether this party countersigns itself, and so waits for nobody. */
    static boolean isAuditor(ApiState state) {
        return state.context().party().config().role() == Role.AUDITOR;
    }

    static Countersignatures countersignatures(ApiState state) {
        return new Countersignatures(
                state.context().registry(),
                state.database().countersignatures(),
                state.context().clock());
    }

    private static void budgets(ApiState state, ArrayNode budgets) {
        Registry registry = state.context().registry();
        for (String model : registry.read(view -> List.copyOf(view.models()))) {
            Optional<ModelPrivacy> privacy;
            try {
                privacy = registry.read(view -> view.policy(model)
                        .flatMap(policy -> view.modelSpec(model).flatMap(spec -> ModelPrivacy.of(policy, spec))));
            } catch (RejectedException e) {
                // A policy that the model cannot have: submitting says so.
                continue;
            }
            privacy.map(asked -> asked.budget(state.database().updates().spentPrivacy(model)))
                    .ifPresent(budget -> budget(budgets.addObject().put("model", model), budget));
        }
    }

    private static void budget(ObjectNode json, PrivacyBudget budget) {
        json.put("epsilon", budget.epsilon());
        json.put("delta", budget.delta());
        double spent = budget.spentEpsilon();
        if (Double.isInfinite(spent)) {
            json.put("spentEpsilon", "infinite");
        } else {
            json.put("spentEpsilon", spent);
        }
        json.put("remainingUpdates", budget.remaining());
    }

    private static long version(Optional<StoredManifest> manifest) {
        return manifest.map(StoredManifest::version).orElse(-1L);
    }
}
