package org.silofold.silo.member;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import org.silofold.silo.agent.FixedRegistries;
import org.silofold.silo.agent.Registry;

/** The keys of every party, the registry that they are enrolled in, and updates with real share packets. Made once. */
final class FuzzedFederation {
    static final long NOW = Samples.NOW;
    static final List<String> MEMBERS = Committee.NAMES;

    /** An update as its silo sends it. */
    record Update(UpdateManifest manifest, byte[] payload, byte[] record, UpdateRef ref) {}

    final Map<String, SigningKey> identities = new HashMap<>();
    final Map<String, KemPrivateKey> kemKeys = new HashMap<>();
    final RegistryView view;
    final Registry registry;
    final List<Update> updates = new ArrayList<>();
    final Digest base;

    FuzzedFederation() {
        List<String> parties = new ArrayList<>(MEMBERS);
        parties.add(Samples.AGGREGATOR);
        identities.put("authority", SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65));
        view = new RegistryView("demo", identities.get("authority").verifyingKey());
        RegistryDocuments authority = new RegistryDocuments("demo", "authority", identities.get("authority"));
        long from = NOW - 1000;
        long to = NOW + 86_400_000;
        for (String party : parties) {
            SigningKey identity = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65);
            KemPrivateKey kem = KemPrivateKey.generate(Suite.ML_KEM_768_ML_DSA_65);
            identities.put(party, identity);
            kemKeys.put(party, kem);
            Role role = party.equals(Samples.AGGREGATOR) ? Role.AGGREGATOR : Role.SILO;
            apply(authority.enrolment(party, "org-of-" + party, role, 1, from, to, identity.verifyingKey()));
            apply(new RegistryDocuments("demo", party, identity).keyBundle(1, 1, from, to, kem.publicKey()));
        }
        apply(authority.roster(1, 1, MEMBERS, MEMBERS, Samples.AGGREGATOR, List.of(), to));
        apply(authority.modelSpec(
                Samples.MODEL, 1, List.of(new TensorSpec("w", List.of(14))), List.of(), Samples.digest("root")));
        apply(authority.sign(Samples.policy(1, 2, 4, 1, 4), new byte[0]));
        registry = FixedRegistries.of(view);
        base = Samples.version(4);
        Manifests manifests = new Manifests(
                MEMBERS.stream().map(name -> kemKeys.get(name).publicKey()).toList());
        for (String silo : MEMBERS) {
            updates.add(update(manifests, silo, "a", Manifests.Fault.NONE));
            updates.add(update(manifests, silo, "b", Manifests.Fault.NONE));
        }
        updates.add(update(manifests, "silo-2", "c", Manifests.Fault.POLYNOMIAL));
        updates.add(update(manifests, "silo-3", "a", Manifests.Fault.COMMITMENT));
    }

    private void apply(RegistryDocuments.Document document) {
        view.apply(document.keyBytes(), document.record());
    }

    private Update update(Manifests manifests, String silo, String name, Manifests.Fault fault) {
        Manifests.Terms terms = new Manifests.Terms(
                context(silo, Purpose.UPDATE_MANIFEST),
                4,
                base,
                view.modelSpecDigest(Samples.MODEL).orElseThrow(),
                Samples.EXPIRY);
        try (MaskSecret secret = MaskSecret.fresh(ParameterSet.MASK_2048_32, new SecureRandom())) {
            Manifests.Built built = manifests.build(terms, name, secret, fault);
            byte[] record = built.sealed(identities.get(silo));
            SignedRecord<UpdateManifest> signed =
                    SignedRecords.reread(UpdateManifest.class, Purpose.UPDATE_MANIFEST, record);
            return new Update(built.manifest(), built.payload(), record, Manifests.ref(signed));
        }
    }

    Context context(String sender, Purpose purpose) {
        return view.context(Samples.MODEL, sender, purpose);
    }
}
