package org.silofold.schemas.codec;

import java.nio.ByteBuffer;
import java.util.List;
import org.silofold.protocol.registry.Enrolment;
import org.silofold.protocol.registry.EnrolmentRequest;
import org.silofold.protocol.registry.KeyBundle;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Revocation;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.protocol.registry.VoidVersion;
import org.silofold.schemas.avro.EnrolmentHeader;
import org.silofold.schemas.avro.EnrolmentRequestHeader;
import org.silofold.schemas.avro.KeyBundleHeader;
import org.silofold.schemas.avro.ModelSpecHeader;
import org.silofold.schemas.avro.RevocationHeader;
import org.silofold.schemas.avro.RosterHeader;
import org.silofold.schemas.avro.VoidVersionHeader;

/** Headers of the registry's documents, but for policies. */
final class RegistryHeaders {
    private RegistryHeaders() {}

    static EnrolmentHeader header(Enrolment enrolment) {
        return new EnrolmentHeader(
                Shared.context(enrolment.context()),
                enrolment.subject(),
                enrolment.organisation(),
                enrolment.role().code(),
                enrolment.sequence(),
                enrolment.notBeforeMillis(),
                enrolment.notAfterMillis(),
                Shared.digest(enrolment.payloadDigest()));
    }

    static Enrolment message(EnrolmentHeader header) {
        return new Enrolment(
                Shared.context(header.getContext()),
                header.getSubject(),
                header.getOrganisation(),
                Shared.code("enrolment.role", header.getRole(), Role::ofCode),
                header.getSequence(),
                header.getNotBeforeMillis(),
                header.getNotAfterMillis(),
                Shared.digest(header.getPayloadDigest()));
    }

    static EnrolmentRequestHeader header(EnrolmentRequest request) {
        return new EnrolmentRequestHeader(
                Shared.context(request.context()),
                request.subject(),
                request.organisation(),
                request.role().code(),
                ByteBuffer.wrap(request.identityKey()),
                ByteBuffer.wrap(request.keyBundle()));
    }

    static EnrolmentRequest message(EnrolmentRequestHeader header) {
        return new EnrolmentRequest(
                Shared.context(header.getContext()),
                header.getSubject(),
                header.getOrganisation(),
                Shared.code("enrolmentRequest.role", header.getRole(), Role::ofCode),
                Shared.bytes(header.getIdentityKey()),
                Shared.bytes(header.getKeyBundle()));
    }

    static KeyBundleHeader header(KeyBundle bundle) {
        return new KeyBundleHeader(
                Shared.context(bundle.context()),
                bundle.subject(),
                bundle.epoch(),
                bundle.sequence(),
                bundle.notBeforeMillis(),
                bundle.notAfterMillis(),
                Shared.digest(bundle.payloadDigest()));
    }

    static KeyBundle message(KeyBundleHeader header) {
        return new KeyBundle(
                Shared.context(header.getContext()),
                header.getSubject(),
                header.getEpoch(),
                header.getSequence(),
                header.getNotBeforeMillis(),
                header.getNotAfterMillis(),
                Shared.digest(header.getPayloadDigest()));
    }

    static ModelSpecHeader header(ModelSpec spec) {
        return new ModelSpecHeader(
                Shared.context(spec.context()),
                spec.sequence(),
                Shared.list(
                        spec.tensors(),
                        tensor -> new org.silofold.schemas.avro.TensorSpec(tensor.name(), tensor.shape())),
                Shared.list(
                        spec.metrics(),
                        metric -> new org.silofold.schemas.avro.MetricSpec(metric.name(), metric.min(), metric.max())),
                Shared.digest(spec.initialRoot()));
    }

    static ModelSpec message(ModelSpecHeader header) {
        return new ModelSpec(
                Shared.context(header.getContext()),
                header.getSequence(),
                Shared.list(
                        header.getTensors(),
                        tensor -> new TensorSpec(tensor.getName(), List.copyOf(tensor.getShape()))),
                Shared.list(
                        header.getMetrics(),
                        metric -> new MetricSpec(metric.getName(), metric.getMin(), metric.getMax())),
                Shared.digest(header.getInitialRoot()));
    }

    static RosterHeader header(Roster roster) {
        return new RosterHeader(
                Shared.context(roster.context()),
                roster.epoch(),
                roster.sequence(),
                roster.silos(),
                roster.committee(),
                roster.aggregator(),
                roster.auditors(),
                roster.notAfterMillis());
    }

    static Roster message(RosterHeader header) {
        return new Roster(
                Shared.context(header.getContext()),
                header.getEpoch(),
                header.getSequence(),
                List.copyOf(header.getSilos()),
                List.copyOf(header.getCommittee()),
                header.getAggregator(),
                List.copyOf(header.getAuditors()),
                header.getNotAfterMillis());
    }

    static RevocationHeader header(Revocation revocation) {
        return new RevocationHeader(
                Shared.context(revocation.context()),
                revocation.subject(),
                revocation.sequence(),
                revocation.fromMillis(),
                revocation.why(),
                revocation.untilMillis());
    }

    static Revocation message(RevocationHeader header) {
        return new Revocation(
                Shared.context(header.getContext()),
                header.getSubject(),
                header.getSequence(),
                header.getFromMillis(),
                header.getWhy(),
                header.getUntilMillis());
    }

    static VoidVersionHeader header(VoidVersion version) {
        return new VoidVersionHeader(
                Shared.context(version.context()),
                version.sequence(),
                version.version(),
                Shared.digest(version.previousDigest()),
                version.why());
    }

    static VoidVersion message(VoidVersionHeader header) {
        return new VoidVersion(
                Shared.context(header.getContext()),
                header.getSequence(),
                header.getVersion(),
                Shared.digest(header.getPreviousDigest()),
                header.getWhy());
    }
}
