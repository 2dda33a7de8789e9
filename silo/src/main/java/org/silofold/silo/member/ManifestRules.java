package org.silofold.silo.member;

import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.share.ShareCheck;

/** What a manifest of the current epoch must say before a member looks at its share. Each of these makes the update useless for good. */
final class ManifestRules {
    private ManifestRules() {}

    /**
     * Checks a manifest's core against the registry.
     *
     * @throws RejectedException naming what is wrong
     */
    static void check(RegistrySnapshot registry, UpdateManifest.Core core, long nowMillis) {
        RegistrySnapshot.ModelRules model = registry.model(core.context().model())
                .orElseThrow(() -> new RejectedException(Reason.UNKNOWN_MODEL, "context.model"));
        Policy policy = model.policy();
        String silo = core.context().sender();
        require(registry.roster().silos().contains(silo), Reason.UNKNOWN_SENDER, silo + " is no silo of the roster");
        require(!registry.revoked().contains(silo), Reason.REVOKED, silo + " is revoked");
        require(
                core.context().policySequence() == policy.sequence(),
                Reason.WRONG_POLICY,
                "context.policySequence is " + core.context().policySequence() + ", not " + policy.sequence());
        require(
                policy.suites().contains(core.context().suite()),
                Reason.UNSUPPORTED_SUITE,
                "context.suite is not allowed by policy");
        CommitteeSize committee = registry.committee();
        require(
                core.memberCount() == committee.n() && core.threshold() == committee.threshold(),
                Reason.INVALID_FIELD,
                "shared as " + core.threshold() + " of " + core.memberCount() + ", the committee is "
                        + committee.threshold() + " of " + committee.n());
        require(
                core.repetitions() == ShareCheck.REPETITIONS,
                Reason.INVALID_FIELD,
                "repetitions is " + core.repetitions() + ", not " + ShareCheck.REPETITIONS);
        require(
                core.parameterSet().equals(policy.parameterSet()),
                Reason.WRONG_PARAMETER_SET,
                "parameterSet is " + core.parameterSet() + ", not " + policy.parameterSet());
        require(
                core.modelSpecDigest().equals(model.specDigest()),
                Reason.WRONG_SHAPE,
                "modelSpecDigest is not the registry's");
        require(core.expiryMillis() > nowMillis, Reason.EXPIRED, "expiryMillis has passed");
        // Twice the life that policy gives leaves room for clocks that disagree, and bounds how long a share is kept.
        require(
                core.expiryMillis() - nowMillis <= 2 * policy.expiryMillis(),
                Reason.CLOCK_OFF,
                "expiryMillis is further away than policy allows");
    }

    private static void require(boolean holds, Reason reason, String otherwise) {
        if (!holds) {
            throw new RejectedException(reason, otherwise);
        }
    }
}
