package org.silofold.job.coordinate;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.job.event.ModelRegistry;
import org.silofold.job.event.Terms;
import org.silofold.job.event.TimeSpan;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Privacy;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.registry.TensorSpec;

/** State form of what the registry says, and of the terms taken from it: every record's fields in their order. */
final class RegistryCodec {
    private RegistryCodec() {}

    static void write(StateOutput out, ModelRegistry registry) {
        write(out, registry.context());
        writeRoster(out, registry.roster());
        writePolicy(out, registry.policy());
        ModelSpec spec = registry.spec();
        write(out, spec.context());
        out.number(spec.sequence());
        out.list(spec.tensors(), tensor -> {
            out.text(tensor.name());
            out.list(tensor.shape(), out::integer);
        });
        out.list(spec.metrics(), metric -> write(out, metric));
        out.digest(spec.initialRoot());
        out.digest(registry.specDigest());
        out.map(registry.organisations(), out::text, out::text);
        out.map(
                registry.revoked(),
                out::text,
                spans -> out.list(spans, span -> {
                    out.number(span.fromMillis());
                    out.number(span.untilMillis());
                }));
    }

    static ModelRegistry readRegistry(StateInput in) {
        Context context = readContext(in);
        Roster roster = readRoster(in);
        Policy policy = readPolicy(in);
        ModelSpec spec = new ModelSpec(
                readContext(in),
                in.number(),
                in.list(() -> new TensorSpec(in.text(), in.list(in::integer))),
                in.list(() -> readMetric(in)),
                in.digest());
        var specDigest = in.digest();
        SortedMap<String, String> organisations = new TreeMap<>();
        in.map(organisations, in::text, in::text);
        SortedMap<String, List<TimeSpan>> revoked = new TreeMap<>();
        in.map(revoked, in::text, () -> in.list(() -> new TimeSpan(in.number(), in.number())));
        return new ModelRegistry(context, roster, policy, spec, specDigest, organisations, revoked);
    }

    static void write(StateOutput out, Context context) {
        out.integer(context.version());
        out.text(context.suite());
        out.text(context.federation());
        out.integer(context.rosterEpoch());
        out.digest(context.rosterDigest());
        out.number(context.policySequence());
        out.text(context.model());
        out.text(context.sender());
        out.text(context.purpose().text());
    }

    static Context readContext(StateInput in) {
        return new Context(
                in.integer(),
                in.text(),
                in.text(),
                in.integer(),
                in.digest(),
                in.number(),
                in.text(),
                in.text(),
                Purpose.ofText(in.text()));
    }

    static void write(StateOutput out, Terms terms) {
        write(out, terms.context());
        out.digest(terms.modelSpecDigest());
        out.number(terms.parameterCount());
        out.list(terms.metrics(), metric -> write(out, metric));
        out.list(terms.committee(), out::text);
        out.text(terms.parameterSet());
        out.real(terms.clip());
        out.integer(terms.maxCohort());
        out.real(terms.minWeight());
        out.integer(terms.extraResponses());
        out.number(terms.responseTimeoutMillis());
        out.text(terms.optimizer());
        out.real(terms.learningRate());
        out.real(terms.beta1());
        out.real(terms.beta2());
        out.real(terms.adaptivity());
        out.integer(terms.minCohort());
        out.optional(terms.privacy(), privacy -> write(out, privacy));
    }

    private static void write(StateOutput out, Privacy privacy) {
        out.real(privacy.l2Clip());
        out.real(privacy.noiseMultiplier());
        out.integer(privacy.colluders());
        out.real(privacy.epsilon());
        out.real(privacy.delta());
    }

    private static Privacy readPrivacy(StateInput in) {
        return new Privacy(in.real(), in.real(), in.integer(), in.real(), in.real());
    }

    static Terms readTerms(StateInput in) {
        return new Terms(
                readContext(in),
                in.digest(),
                in.number(),
                in.list(() -> readMetric(in)),
                in.list(in::text),
                in.text(),
                in.real(),
                in.integer(),
                in.real(),
                in.integer(),
                in.number(),
                in.text(),
                in.real(),
                in.real(),
                in.real(),
                in.real(),
                in.integer(),
                in.optional(() -> readPrivacy(in)));
    }

    private static void writeRoster(StateOutput out, Roster roster) {
        write(out, roster.context());
        out.integer(roster.epoch());
        out.number(roster.sequence());
        out.list(roster.silos(), out::text);
        out.list(roster.committee(), out::text);
        out.text(roster.aggregator());
        out.list(roster.auditors(), out::text);
        out.number(roster.notAfterMillis());
    }

    private static Roster readRoster(StateInput in) {
        return new Roster(
                readContext(in),
                in.integer(),
                in.number(),
                in.list(in::text),
                in.list(in::text),
                in.text(),
                in.list(in::text),
                in.number());
    }

    private static void writePolicy(StateOutput out, Policy policy) {
        write(out, policy.context());
        out.number(policy.sequence());
        out.integer(policy.collusionBound());
        out.integer(policy.minCohort());
        out.integer(policy.maxCohort());
        out.integer(policy.bufferSize());
        out.number(policy.bufferAgeMillis());
        out.integer(policy.minSameBase());
        out.integer(policy.slack());
        out.integer(policy.extraResponses());
        out.integer(policy.stalenessBound());
        out.number(policy.expiryMillis());
        out.number(policy.voteTimeoutMillis());
        out.number(policy.responseTimeoutMillis());
        out.integer(policy.maxInFlight());
        out.list(policy.suites(), out::text);
        out.text(policy.parameterSet());
        out.real(policy.clip());
        out.text(policy.weightRule());
        out.integer(policy.examplesCap());
        out.real(policy.stalenessExponent());
        out.real(policy.minWeight());
        out.text(policy.optimizer());
        out.real(policy.learningRate());
        out.real(policy.beta1());
        out.real(policy.beta2());
        out.real(policy.adaptivity());
        out.integer(policy.maxVoids());
        out.text(policy.auditor());
        out.optional(policy.privacy(), privacy -> write(out, privacy));
    }

    private static Policy readPolicy(StateInput in) {
        return new Policy(
                readContext(in),
                in.number(),
                in.integer(),
                in.integer(),
                in.integer(),
                in.integer(),
                in.number(),
                in.integer(),
                in.integer(),
                in.integer(),
                in.integer(),
                in.number(),
                in.number(),
                in.number(),
                in.integer(),
                in.list(in::text),
                in.text(),
                in.real(),
                in.text(),
                in.integer(),
                in.real(),
                in.real(),
                in.text(),
                in.real(),
                in.real(),
                in.real(),
                in.real(),
                in.integer(),
                in.text(),
                in.optional(() -> readPrivacy(in)));
    }

    private static void write(StateOutput out, MetricSpec metric) {
        out.text(metric.name());
        out.real(metric.min());
        out.real(metric.max());
    }

    private static MetricSpec readMetric(StateInput in) {
        return new MetricSpec(in.text(), in.real(), in.real());
    }
}
