package org.silofold.job.ingest;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.silofold.job.config.Party;
import org.silofold.job.event.ModelRegistry;
import org.silofold.job.event.TimeSpan;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.optimize.OptimizerKind;
import org.silofold.protocol.optimize.OptimizerSpec;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.privacy.ModelPrivacy;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Roster;
import org.silofold.schemas.registry.RegistryView;

/** What the registry says about one model, as the coordinator needs it. */
final class ModelRegistries {
    private ModelRegistries() {}

    /** The model's part of the registry, if the registry is complete for it. */
    static Optional<ModelRegistry> of(RegistryView view, Party party, String model) {
        if (!view.ready(model)) {
            return Optional.empty();
        }
        Roster roster = view.roster().orElseThrow();
        SortedMap<String, String> organisations = new TreeMap<>();
        SortedMap<String, List<TimeSpan>> revoked = new TreeMap<>();
        for (String silo : roster.silos()) {
            view.organisation(silo).ifPresent(organisation -> organisations.put(silo, organisation));
            revoked.put(silo, revoked(view, silo));
        }
        for (String member : roster.committee()) {
            revoked.put(member, revoked(view, member));
        }
        return Optional.of(new ModelRegistry(
                view.context(model, party.aggregator(), Purpose.UNMASK_REQUEST),
                roster,
                view.policy(model).orElseThrow(),
                view.modelSpec(model).orElseThrow(),
                view.modelSpecDigest(model).orElseThrow(),
                organisations,
                revoked));
    }

    /** When the party may not speak: while its revocation is in force, and after its enrolment's end. */
    private static List<TimeSpan> revoked(RegistryView view, String name) {
        return Stream.concat(
                        view.revocation(name).stream().map(r -> new TimeSpan(r.fromMillis(), r.untilMillis())),
                        view.enrolment(name).stream().map(e -> new TimeSpan(e.notAfterMillis(), Long.MAX_VALUE)))
                .toList();
    }

    /**
     * Constructs everything that the fold will construct from these documents.
     *
     * @throws RuntimeException if the mathematics cannot work with them
     */
    static void requireWorkable(Policy policy, ModelSpec spec) {
        ModelPrivacy.of(policy, spec);
        ParameterSet set = ParameterSet.byName(policy.parameterSet());
        int shards = new ShardLayout(set, spec.parameterCount()).shards();
        Encoding encoding = new Encoding(set, policy.clip(), policy.maxCohort());
        OptimizerSpec optimizer = new OptimizerSpec(
                OptimizerKind.ofCode(policy.optimizer()),
                policy.learningRate(),
                policy.beta1(),
                policy.beta2(),
                policy.adaptivity());
        if (shards < 1 || encoding.scale() < 1 || optimizer.learningRate() <= 0) {
            throw new IllegalArgumentException("no shard, no scale or no learning rate");
        }
    }
}
