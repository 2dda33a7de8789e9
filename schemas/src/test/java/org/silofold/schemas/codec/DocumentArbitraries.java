package org.silofold.schemas.codec;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.registry.Enrolment;
import org.silofold.protocol.registry.EnrolmentRequest;
import org.silofold.protocol.registry.KeyBundle;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Privacy;
import org.silofold.protocol.registry.Revocation;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.protocol.registry.VoidVersion;

/** Registry documents that keep every rule. */
final class DocumentArbitraries {
    private DocumentArbitraries() {}

    private static Arbitrary<String> name() {
        return MessageArbitraries.name();
    }

    private static Context context(Purpose purpose, String model, String sender) {
        return new Context(1, Suite.ML_KEM_768_ML_DSA_65.text(), "heart", 0, Digest.ZERO, 0, model, sender, purpose);
    }

    private static Arbitrary<Long> start() {
        return Arbitraries.longs().between(0, Long.MAX_VALUE - 1);
    }

    static Arbitrary<Message> enrolment() {
        return Combinators.combine(
                        name(),
                        name(),
                        Arbitraries.of(Role.class),
                        MessageArbitraries.counter(),
                        start(),
                        MessageArbitraries.digest())
                .as((subject, organisation, role, sequence, from, key) -> new Enrolment(
                        context(Purpose.ENROLMENT, "", "authority"),
                        subject,
                        organisation,
                        role,
                        sequence,
                        from,
                        from + 1,
                        key));
    }

    static Arbitrary<Message> enrolmentRequest() {
        return Combinators.combine(
                        name(),
                        name(),
                        Arbitraries.of(Role.class),
                        MessageArbitraries.bytes(1, 100),
                        MessageArbitraries.bytes(1, 100))
                .as((subject, organisation, role, key, bundle) -> new EnrolmentRequest(
                        context(Purpose.ENROLMENT_REQUEST, "", subject), subject, organisation, role, key, bundle));
    }

    static Arbitrary<Message> keyBundle() {
        return Combinators.combine(
                        name(),
                        Arbitraries.integers().between(1, Integer.MAX_VALUE),
                        MessageArbitraries.counter(),
                        start(),
                        MessageArbitraries.digest())
                .as((subject, epoch, sequence, from, key) -> new KeyBundle(
                        context(Purpose.KEY_BUNDLE, "", subject), subject, epoch, sequence, from, Long.MAX_VALUE, key));
    }

    static Arbitrary<Message> policy() {
        return Arbitraries.oneOf(openPolicy(), privatePolicy());
    }

    private static Arbitrary<Message> openPolicy() {
        return Combinators.combine(
                        name(),
                        MessageArbitraries.counter(),
                        Arbitraries.integers().between(0, 50),
                        Arbitraries.integers().between(0, 500),
                        Arbitraries.integers().between(0, 400),
                        Arbitraries.longs().between(1, Long.MAX_VALUE),
                        Arbitraries.doubles().between(0.01, 0.99),
                        Arbitraries.of("fedavg", "fedavgm", "fedadagrad", "fedadam", "fedyogi"))
                .as((model, sequence, x, more, evenMore, millis, fraction, optimizer) -> new Policy(
                        context(Purpose.POLICY, model, "authority"),
                        sequence,
                        x,
                        x + 2,
                        x + 2 + more + evenMore,
                        x + 2 + more,
                        millis,
                        1 + x,
                        x % 33,
                        more % 33,
                        more,
                        1 + millis % Policy.MAX_EXPIRY_MILLIS,
                        millis,
                        millis,
                        1 + more,
                        List.of(Suite.ML_KEM_768_ML_DSA_65.text(), "another-suite"),
                        "MASK-2048-32",
                        fraction * 100,
                        more % 2 == 0 ? "examples" : "uniform",
                        1 + more,
                        fraction * 16,
                        fraction,
                        optimizer,
                        fraction,
                        fraction,
                        fraction / 2,
                        fraction,
                        more % 65,
                        more % 2 == 0 ? "" : model,
                        Optional.empty()));
    }

    /** A policy with privacy leaves fewer fields free. */
    private static Arbitrary<Message> privatePolicy() {
        Arbitrary<Privacy> privacy = Combinators.combine(
                        Arbitraries.doubles().between(0.01, 1e6),
                        Arbitraries.doubles().between(0.01, 1e6),
                        Arbitraries.integers().between(3, 10),
                        Arbitraries.doubles().between(0.01, 1e6),
                        Arbitraries.doubles().between(1e-9, 0.5).ofScale(9))
                .as(Privacy::new);
        return Combinators.combine(openPolicy(), privacy).as((message, with) -> withPrivacy((Policy) message, with));
    }

    private static Policy withPrivacy(Policy p, Privacy privacy) {
        return new Policy(
                p.context(),
                p.sequence(),
                3,
                11,
                p.maxCohort() + 11,
                p.bufferSize() + 11,
                p.bufferAgeMillis(),
                1,
                p.slack(),
                p.extraResponses(),
                p.stalenessBound(),
                p.expiryMillis(),
                p.voteTimeoutMillis(),
                p.responseTimeoutMillis(),
                p.maxInFlight(),
                p.suites(),
                p.parameterSet(),
                p.clip(),
                "uniform",
                p.examplesCap(),
                0,
                1,
                p.optimizer(),
                p.learningRate(),
                p.beta1(),
                p.beta2(),
                p.adaptivity(),
                p.maxVoids(),
                p.auditor(),
                Optional.of(privacy));
    }

    static Arbitrary<Message> modelSpec() {
        Arbitrary<TensorSpec> tensor = Combinators.combine(
                        MessageArbitraries.visible(128),
                        Arbitraries.integers().between(1, 8).list().ofMaxSize(8))
                .as(TensorSpec::new);
        Arbitrary<MetricSpec> metric = Combinators.combine(
                        MessageArbitraries.visible(64), Arbitraries.doubles().between(-1e6, 1e6))
                .as((metricName, min) -> new MetricSpec(metricName, min, min + 1));
        return Combinators.combine(
                        name(),
                        MessageArbitraries.counter(),
                        tensor.list().ofMinSize(1).ofMaxSize(12).uniqueElements(TensorSpec::name),
                        metric.list().ofMaxSize(8).uniqueElements(MetricSpec::name),
                        MessageArbitraries.digest())
                .as((model, sequence, tensors, metrics, root) -> new ModelSpec(
                        context(Purpose.MODEL_SPEC, model, "authority"), sequence, tensors, metrics, root));
    }

    static Arbitrary<Message> roster() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, Integer.MAX_VALUE),
                        MessageArbitraries.counter(),
                        name().list().ofMinSize(1).ofMaxSize(30).uniqueElements(),
                        name().list().ofMinSize(3).ofMaxSize(32).uniqueElements(),
                        name().list().ofMaxSize(7).uniqueElements())
                .as((epoch, sequence, silos, committee, auditors) -> new Roster(
                        context(Purpose.ROSTER, "", "authority"),
                        epoch,
                        sequence,
                        silos,
                        committee,
                        "the-aggregator",
                        auditors,
                        sequence));
    }

    static Arbitrary<Message> revocation() {
        return Combinators.combine(
                        name(),
                        MessageArbitraries.counter(),
                        MessageArbitraries.counter(),
                        MessageArbitraries.line(1024),
                        MessageArbitraries.counter())
                .as((subject, sequence, from, why, other) -> new Revocation(
                        context(Purpose.REVOCATION, "", "authority"),
                        subject,
                        sequence,
                        Math.min(from, other),
                        why,
                        Math.max(from, other)));
    }

    static Arbitrary<Message> voidVersion() {
        return Combinators.combine(
                        name(),
                        MessageArbitraries.counter(),
                        Arbitraries.longs().between(1, Long.MAX_VALUE),
                        MessageArbitraries.digest(),
                        MessageArbitraries.line(1024))
                .as((model, sequence, version, previous, why) -> new VoidVersion(
                        context(Purpose.VOID_VERSION, model, "authority"), sequence, version, previous, why));
    }
}
