package org.silofold.silo.member;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Roster;
import org.silofold.silo.chain.ChainLink;

/** A federation of six silos, of which the first four sit in the committee (t = 3); one model. */
final class Samples {
    static final String MODEL = "heart";
    static final String AGGREGATOR = "aggregator";
    static final List<String> SILOS =
            IntStream.rangeClosed(1, 6).mapToObj(i -> "silo-" + i).toList();
    static final Digest ROSTER_DIGEST = digest("roster");
    static final Digest SPEC_DIGEST = digest("spec");
    static final long NOW = 1_700_000_000_000L;
    static final long EXPIRY = NOW + 600_000;

    /** Stands for a whole record where only its digest matters. */
    static final byte[] RECORD = {1, 2, 3};

    private Samples() {}

    static Digest digest(String of) {
        return Digest.sha256(of.getBytes(StandardCharsets.UTF_8));
    }

    static UpdateId updateId(String of) {
        return UpdateId.of(Arrays.copyOf(digest(of).toBytes(), UpdateId.LENGTH));
    }

    /** Digest of the manifest of a version in the honest chain. */
    static Digest version(long version) {
        return digest("version " + version);
    }

    /** Its link. */
    static ChainLink link(long version) {
        return new ChainLink(version, version(version), Digest.ZERO, false, 1, Optional.empty());
    }

    static UpdateRef ref(String silo, String update) {
        return new UpdateRef(silo, updateId(silo + "/" + update), digest("manifest of " + silo + "/" + update));
    }

    static Context context(String sender, Purpose purpose, int epoch, long policySequence) {
        return new Context(
                Context.VERSION,
                Suite.ML_KEM_768_ML_DSA_65.text(),
                "demo",
                epoch,
                epoch == 0 ? Digest.ZERO : ROSTER_DIGEST,
                policySequence,
                MODEL,
                sender,
                purpose);
    }

    static Policy policy(long sequence, int minCohort, int maxCohort, int minSameBase, int stalenessBound) {
        return new Policy(
                context("authority", Purpose.POLICY, 0, 0),
                sequence,
                0,
                minCohort,
                maxCohort,
                minCohort,
                1000,
                minSameBase,
                0,
                0,
                stalenessBound,
                600_000,
                1_000,
                10_000,
                4,
                List.of(Suite.ML_KEM_768_ML_DSA_65.text()),
                "MASK-2048-32",
                1.0,
                "examples",
                100,
                0.5,
                0.01,
                "fedavg",
                1.0,
                0.9,
                0.99,
                0.001,
                0,
                "",
                Optional.empty());
    }

    static Roster roster(int epoch) {
        return new Roster(
                context("authority", Purpose.ROSTER, 0, 0),
                epoch,
                epoch,
                SILOS,
                SILOS.subList(0, 4),
                AGGREGATOR,
                List.of(),
                NOW + 86_400_000);
    }

    static RegistrySnapshot registry(int epoch, Policy policy) {
        Map<String, String> organisations = new HashMap<>();
        SILOS.forEach(silo -> organisations.put(silo, "org-of-" + silo));
        return new RegistrySnapshot(
                "demo",
                roster(epoch),
                ROSTER_DIGEST,
                Map.of(MODEL, new RegistrySnapshot.ModelRules(policy, SPEC_DIGEST)),
                organisations,
                Map.of(),
                Set.of());
    }

    static HeldUpdate held(UpdateRef ref, long baseVersion) {
        return new HeldUpdate(
                ref,
                1,
                MODEL,
                1,
                SPEC_DIGEST,
                "MASK-2048-32",
                baseVersion,
                version(baseVersion),
                EXPIRY,
                Optional.empty());
    }

    static ProposedCohort cohort(String name, long version, List<UpdateRef> refs) {
        return new ProposedCohort(
                digest("cohort " + name),
                1,
                MODEL,
                new Buffer(version, 1),
                version(version - 1),
                1,
                NOW + 60_000,
                refs);
    }
}
