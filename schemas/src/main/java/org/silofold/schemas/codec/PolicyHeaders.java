package org.silofold.schemas.codec;

import java.util.Optional;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Privacy;
import org.silofold.schemas.avro.PolicyHeader;

/** Headers of policies; {@link Policy} itself refuses values that no policy may have. */
final class PolicyHeaders {
    private PolicyHeaders() {}

    static PolicyHeader header(Policy policy) {
        return new PolicyHeader(
                Shared.context(policy.context()),
                policy.sequence(),
                policy.collusionBound(),
                policy.minCohort(),
                policy.maxCohort(),
                policy.bufferSize(),
                policy.bufferAgeMillis(),
                policy.minSameBase(),
                policy.slack(),
                policy.extraResponses(),
                policy.stalenessBound(),
                policy.expiryMillis(),
                policy.voteTimeoutMillis(),
                policy.responseTimeoutMillis(),
                policy.maxInFlight(),
                policy.suites(),
                policy.parameterSet(),
                policy.clip(),
                policy.weightRule(),
                policy.examplesCap(),
                policy.stalenessExponent(),
                policy.minWeight(),
                policy.optimizer(),
                policy.learningRate(),
                policy.beta1(),
                policy.beta2(),
                policy.adaptivity(),
                policy.maxVoids(),
                policy.auditor(),
                policy.privacy().map(PolicyHeaders::header).orElse(null));
    }

    static Policy message(PolicyHeader header) {
        return new Policy(
                Shared.context(header.getContext()),
                header.getSequence(),
                header.getCollusionBound(),
                header.getMinCohort(),
                header.getMaxCohort(),
                header.getBufferSize(),
                header.getBufferAgeMillis(),
                header.getMinSameBase(),
                header.getSlack(),
                header.getExtraResponses(),
                header.getStalenessBound(),
                header.getExpiryMillis(),
                header.getVoteTimeoutMillis(),
                header.getResponseTimeoutMillis(),
                header.getMaxInFlight(),
                header.getSuites(),
                header.getParameterSet(),
                header.getClip(),
                header.getWeightRule(),
                header.getExamplesCap(),
                header.getStalenessExponent(),
                header.getMinWeight(),
                header.getOptimizer(),
                header.getLearningRate(),
                header.getBeta1(),
                header.getBeta2(),
                header.getAdaptivity(),
                header.getMaxVoids(),
                header.getAuditor(),
                Optional.ofNullable(header.getPrivacy()).map(PolicyHeaders::message));
    }

    private static org.silofold.schemas.avro.Privacy header(Privacy privacy) {
        return new org.silofold.schemas.avro.Privacy(
                privacy.l2Clip(), privacy.noiseMultiplier(), privacy.colluders(), privacy.epsilon(), privacy.delta());
    }

    private static Privacy message(org.silofold.schemas.avro.Privacy header) {
        return new Privacy(
                header.getL2Clip(),
                header.getNoiseMultiplier(),
                header.getColluders(),
                header.getEpsilon(),
                header.getDelta());
    }
}
