package org.silofold.schemas.rules;

import java.util.List;
import java.util.stream.Stream;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.optimize.OptimizerKind;
import org.silofold.protocol.params.Weighting;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Enrolment;
import org.silofold.protocol.registry.EnrolmentRequest;
import org.silofold.protocol.registry.KeyBundle;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Revocation;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.protocol.registry.VoidVersion;

/** Field ranges of the registry's documents. */
final class RegistryRules {
    private static final Fields ENROLMENT = new Fields("enrolment");
    private static final Fields REQUEST = new Fields("enrolmentRequest");
    private static final Fields BUNDLE = new Fields("keyBundle");
    private static final Fields POLICY = new Fields("policy");
    private static final Fields SPEC = new Fields("modelSpec");
    private static final Fields ROSTER = new Fields("roster");
    private static final Fields REVOCATION = new Fields("revocation");
    private static final Fields VOID_VERSION = new Fields("voidVersion");

    private RegistryRules() {}

    static void check(Enrolment enrolment) {
        ENROLMENT.name("subject", enrolment.subject());
        ENROLMENT.name("organisation", enrolment.organisation());
        ENROLMENT.atLeast("sequence", enrolment.sequence(), 0);
        validity(ENROLMENT, enrolment.notBeforeMillis(), enrolment.notAfterMillis());
    }

    static void check(EnrolmentRequest request) {
        REQUEST.name("subject", request.subject());
        REQUEST.name("organisation", request.organisation());
        REQUEST.length("identityKey", request.identityKey(), 1, FieldLimits.PUBLIC_KEY);
        REQUEST.length("keyBundle", request.keyBundle(), 1, FieldLimits.KEY_BUNDLE);
        signedBySubject(request, request.subject());
    }

    static void check(KeyBundle bundle) {
        BUNDLE.name("subject", bundle.subject());
        BUNDLE.atLeast("epoch", bundle.epoch(), 1);
        BUNDLE.atLeast("sequence", bundle.sequence(), 0);
        validity(BUNDLE, bundle.notBeforeMillis(), bundle.notAfterMillis());
        signedBySubject(bundle, bundle.subject());
    }

    /** What {@link Policy} does not check itself. */
    static void check(Policy policy) {
        POLICY.atLeast("sequence", policy.sequence(), 0);
        POLICY.range("slack", policy.slack(), 0, FieldLimits.MAX_MEMBERS);
        POLICY.range("extraResponses", policy.extraResponses(), 0, FieldLimits.MAX_MEMBERS);
        POLICY.range("stalenessBound", policy.stalenessBound(), 0, FieldLimits.TAU);
        POLICY.count("suites", policy.suites(), 1, FieldLimits.SUITES);
        policy.suites().forEach(suite -> POLICY.visible("suites", suite, FieldLimits.SUITE_TEXT));
        POLICY.distinct("suites", policy.suites());
        POLICY.code("parameterSet", policy.parameterSet());
        POLICY.known("weightRule", policy.weightRule(), Weighting.Rule::ofCode);
        POLICY.known("optimizer", policy.optimizer(), OptimizerKind::ofCode);
        if (!policy.auditor().isEmpty()) {
            POLICY.name("auditor", policy.auditor());
        }
    }

    static void check(ModelSpec spec) {
        SPEC.atLeast("sequence", spec.sequence(), 0);
        SPEC.count("tensors", spec.tensors(), 1, FieldLimits.TENSORS);
        long parameters = 0;
        for (TensorSpec tensor : spec.tensors()) {
            SPEC.visible("tensors.name", tensor.name(), FieldLimits.TENSOR_NAME);
            parameters += size(tensor);
            SPEC.range("tensors", parameters, 1, FieldLimits.PARAMETERS);
        }
        SPEC.distinct(
                "tensors.name", spec.tensors().stream().map(TensorSpec::name).toList());
        SPEC.count("metrics", spec.metrics(), 0, FieldLimits.METRICS);
        for (MetricSpec metric : spec.metrics()) {
            SPEC.visible("metrics.name", metric.name(), FieldLimits.SHORT_NAME);
            SPEC.finite("metrics.min", metric.min());
            SPEC.finite("metrics.max", metric.max());
            SPEC.that(metric.max() > metric.min(), "metrics.max", "not above min");
        }
        SPEC.distinct(
                "metrics.name", spec.metrics().stream().map(MetricSpec::name).toList());
    }

    private static long size(TensorSpec tensor) {
        SPEC.count("tensors.shape", tensor.shape(), 0, FieldLimits.DIMENSIONS);
        long size = 1;
        for (int dimension : tensor.shape()) {
            SPEC.atLeast("tensors.shape", dimension, 1);
            // Both factors are below 2^35, so the product cannot overflow before it is refused.
            size *= dimension;
            SPEC.range("tensors.shape", size, 1, FieldLimits.PARAMETERS);
        }
        return size;
    }

    static void check(Roster roster) {
        ROSTER.atLeast("epoch", roster.epoch(), 1);
        ROSTER.atLeast("sequence", roster.sequence(), 0);
        ROSTER.names("silos", roster.silos(), 1, FieldLimits.SILOS);
        ROSTER.names("committee", roster.committee(), FieldLimits.MIN_MEMBERS, FieldLimits.MAX_MEMBERS);
        ROSTER.name("aggregator", roster.aggregator());
        ROSTER.names("auditors", roster.auditors(), 0, FieldLimits.AUDITORS);
        boolean apart = Stream.of(roster.silos(), roster.committee(), roster.auditors())
                .flatMap(List::stream)
                .noneMatch(roster.aggregator()::equals);
        ROSTER.that(apart, "aggregator", "has another part in the roster as well");
        ROSTER.atLeast("notAfterMillis", roster.notAfterMillis(), 0);
    }

    static void check(Revocation revocation) {
        REVOCATION.name("subject", revocation.subject());
        REVOCATION.atLeast("sequence", revocation.sequence(), 0);
        REVOCATION.atLeast("fromMillis", revocation.fromMillis(), 0);
        REVOCATION.line("why", revocation.why(), FieldLimits.LINE);
        REVOCATION.atLeast("untilMillis", revocation.untilMillis(), revocation.fromMillis());
    }

    static void check(VoidVersion version) {
        VOID_VERSION.atLeast("sequence", version.sequence(), 0);
        VOID_VERSION.atLeast("version", version.version(), 1);
        VOID_VERSION.line("why", version.why(), FieldLimits.LINE);
    }

    private static void validity(Fields fields, long notBeforeMillis, long notAfterMillis) {
        fields.atLeast("notBeforeMillis", notBeforeMillis, 0);
        fields.that(notAfterMillis > notBeforeMillis, "notAfterMillis", "not after notBeforeMillis");
    }

    private static void signedBySubject(Message message, String subject) {
        if (!subject.equals(message.context().sender())) {
            throw new RejectedException(
                    Reason.WRONG_SENDER,
                    message.context().sender() + " may not sign a document of " + subject + " in its place");
        }
    }
}
