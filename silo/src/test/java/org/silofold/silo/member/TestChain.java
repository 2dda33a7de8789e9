package org.silofold.silo.member;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.silofold.protocol.message.Digest;
import org.silofold.silo.chain.ChainTerms;

/** The registry's terms of {@link Samples#MODEL}, and the lies that members found. */
final class TestChain implements ChainWatch {
    private final Digest spec;

    TestChain() {
        this(Samples.SPEC_DIGEST);
    }

    TestChain(Digest spec) {
        this.spec = spec;
    }

    /** The authority's documents by version. */
    final Map<Long, ChainTerms.AllowedVoid> voids = new HashMap<>();

    /** What was found, by {@code first digest / second digest}. */
    final List<String> found = new ArrayList<>();

    /** The newest policy that is known. */
    long policy = Long.MAX_VALUE;

    @Override
    public Optional<ChainTerms> terms(String model, long version, long named) {
        return Optional.of(new ChainTerms(
                "demo",
                spec,
                Samples.digest("root"),
                1,
                Math.min(policy, named),
                1,
                Optional.of(new ChainTerms.NamedPolicy(Optional.empty())),
                Optional.ofNullable(voids.get(version))));
    }

    @Override
    public void twoManifests(
            String model, long version, Digest firstDigest, byte[] first, Digest secondDigest, byte[] second) {
        found.add(firstDigest + " / " + secondDigest);
    }
}
