package org.silofold.silo.member;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.silofold.fuzz.Signing;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.registry.RegistryDocuments;
import org.silofold.schemas.registry.RegistryView;

/**
 * The keys of every party, the states that the registry goes through, and updates with real share packets, over a ring of eight coefficients.
 * Made once.
 */
final class FuzzedFederation {
    static final long NOW = Samples.NOW;
    static final List<String> MEMBERS = Committee.NAMES;
    static final String REVOKED = MEMBERS.get(3);

    /** N = 8, q = 7 * 2^20 + 1: hides nothing, and costs little. */
    static final ParameterSet RING = new ParameterSet("FUZZ-8-23", 8, 7340033, 0.5, 6);

    private static final long FROM = NOW - 1000;
    private static final long TO = NOW + 86_400_000;

    /** An update as its silo sends it. */
    record Update(UpdateManifest manifest, byte[] payload, byte[] record, UpdateRef ref) {}

    final Signing signing = new Signing();
    final Map<String, SigningKey> identities = new HashMap<>();
    final Map<String, KemPrivateKey> kemKeys = new HashMap<>();

    /** Epoch 1 under policy 1; under policy 2; with {@link #REVOKED} revoked; epoch 2. */
    final List<RegistryView> stages = new ArrayList<>();

    /** By stage; two good ones of every silo first. */
    final List<List<Update>> updates = new ArrayList<>();

    private final Set<UpdateRef> good = new HashSet<>();

    FuzzedFederation() {
        List<RegistryDocuments.Document> documents = new ArrayList<>();
        identities.put("authority", SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65));
        RegistryDocuments authority = new RegistryDocuments("demo", "authority", identities.get("authority"));
        List<String> parties = new ArrayList<>(MEMBERS);
        parties.add(Samples.AGGREGATOR);
        for (String party : parties) {
            SigningKey identity = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65);
            KemPrivateKey kem = KemPrivateKey.generate(Suite.ML_KEM_768_ML_DSA_65);
            identities.put(party, identity);
            kemKeys.put(party, kem);
            Role role = party.equals(Samples.AGGREGATOR) ? Role.AGGREGATOR : Role.SILO;
            documents.add(authority.enrolment(party, "org-of-" + party, role, 1, FROM, TO, identity.verifyingKey()));
            documents.add(new RegistryDocuments("demo", party, identity).keyBundle(1, 1, FROM, TO, kem.publicKey()));
        }
        documents.add(roster(authority, 1));
        documents.add(authority.modelSpec(
                Samples.MODEL, 1, List.of(new TensorSpec("w", List.of(14))), List.of(), Samples.digest("root")));
        documents.add(authority.sign(Samples.policy(1, 2, 4, 1, 4), new byte[0]));
        stage(documents);
        documents.add(authority.sign(Samples.policy(2, 2, 4, 1, 4), new byte[0]));
        stage(documents);
        documents.add(authority.revocation(REVOKED, 1, FROM, "left"));
        stage(documents);
        documents.add(roster(authority, 2));
        stage(documents);
    }

    private static RegistryDocuments.Document roster(RegistryDocuments authority, int epoch) {
        return authority.roster(epoch, epoch, MEMBERS, MEMBERS, Samples.AGGREGATOR, List.of(), TO);
    }

    private void stage(List<RegistryDocuments.Document> documents) {
        RegistryView view = new RegistryView("demo", identities.get("authority").verifyingKey());
        documents.forEach(document -> view.apply(document.keyBytes(), document.record()));
        stages.add(view);
        Manifests manifests = new Manifests(
                MEMBERS.stream().map(name -> kemKeys.get(name).publicKey()).toList(), RING);
        List<Update> made = new ArrayList<>();
        String name = "of stage " + stages.size();
        for (String silo : MEMBERS) {
            made.add(update(manifests, view, silo, "a " + name, Manifests.Fault.NONE));
            made.add(update(manifests, view, silo, "b " + name, Manifests.Fault.NONE));
        }
        made.add(update(manifests, view, MEMBERS.get(1), "c " + name, Manifests.Fault.POLYNOMIAL));
        made.add(update(manifests, view, MEMBERS.get(2), "a " + name, Manifests.Fault.COMMITMENT));
        made.add(update(manifests, view, MEMBERS.get(2), "c " + name, Manifests.Fault.CIPHERTEXT));
        updates.add(made);
    }

    private Update update(Manifests manifests, RegistryView view, String silo, String name, Manifests.Fault fault) {
        Manifests.Terms terms = new Manifests.Terms(
                view.context(Samples.MODEL, silo, Purpose.UPDATE_MANIFEST),
                4,
                Samples.version(4),
                specDigest(),
                Samples.EXPIRY);
        try (MaskSecret secret = MaskSecret.fresh(RING, new SecureRandom())) {
            Manifests.Built built = manifests.build(terms, name, secret, fault);
            byte[] record = built.sealed(identities.get(silo));
            SignedRecord<UpdateManifest> signed =
                    SignedRecords.reread(UpdateManifest.class, Purpose.UPDATE_MANIFEST, record);
            UpdateRef ref = Manifests.ref(signed);
            if (fault == Manifests.Fault.NONE) {
                good.add(ref);
            }
            return new Update(built.manifest(), built.payload(), record, ref);
        }
    }

    /** The updates whose shares are what their silos committed to. */
    Set<UpdateRef> good() {
        return good;
    }

    Digest specDigest() {
        return stages.get(0).modelSpecDigest(Samples.MODEL).orElseThrow();
    }

    Context context(int stage, String sender, Purpose purpose) {
        return stages.get(stage).context(Samples.MODEL, sender, purpose);
    }
}
