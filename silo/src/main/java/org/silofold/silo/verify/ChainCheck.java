package org.silofold.silo.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Policy;
import org.silofold.silo.chain.ChainRules;
import org.silofold.silo.chain.ChainTerms;

/** Whether every manifest is a link of its model's chain, by the rules of silos and members (docs/protocol.md, 6.8.1). Pure. */
final class ChainCheck {
    private final VersionChains chains;
    private final RegistryHistory registry;
    private final List<Finding> findings = new ArrayList<>();

    private ChainCheck(VersionChains chains, RegistryHistory registry) {
        this.chains = chains;
        this.registry = registry;
    }

    static List<Finding> check(VersionChains chains, RegistryHistory registry) {
        ChainCheck check = new ChainCheck(chains, registry);
        for (String model : chains.models()) {
            chains.versions(model).values().forEach(manifest -> check.link(model, manifest));
        }
        return check.findings;
    }

    private void link(String model, LogFacts.Manifest manifest) {
        long version = manifest.manifest().version();
        String name = model + " version " + version + ": ";
        try {
            Optional<Policy> named =
                    registry.policy(model, manifest.manifest().context().policySequence());
            Optional<ChainTerms> terms = registry.read(view -> ChainTerms.of(view, model, version, named));
            if (terms.isEmpty()) {
                findings.add(Finding.notChecked(
                        Optional.of(manifest.at()), name + "the registry holds no policy or specification of it"));
                return;
            }
            ChainRules.check(manifest.manifest(), terms.get(), before -> chains.chainLink(model, before))
                    .ifPresent(missing -> wrong(manifest, name + missing.what() + " is not in the log"));
        } catch (RejectedException e) {
            wrong(manifest, name + e.getMessage());
        }
    }

    private void wrong(LogFacts.Manifest manifest, String what) {
        findings.add(Finding.wrong(Finding.Kind.BROKEN_CHAIN, manifest.at(), what));
    }
}
