package org.silofold.silo.agent;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.silofold.protocol.message.Countersignature;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.TopicKind;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.silo.store.CountersignatureTable;
import org.silofold.silo.store.StoredManifest;

/**
 * Which versions the auditors countersigned. Where a model's policy names an auditor, this party trains on no version that this auditor did
 * not countersign: this very manifest and root. Thread-safe.
 */
final class Countersignatures {
    private final Registry registry;
    private final CountersignatureTable table;
    private final Clock clock;

    Countersignatures(Registry registry, CountersignatureTable table, Clock clock) {
        this.registry = registry;
        this.table = table;
        this.clock = clock;
    }

    /** The auditors that policies name. */
    static List<String> named(RegistryView view) {
        TreeSet<String> named = new TreeSet<>();
        for (String model : view.models()) {
            view.policy(model)
                    .map(Policy::auditor)
                    .filter(name -> !name.isEmpty())
                    .ifPresent(named::add);
        }
        return List.copyOf(named);
    }

    /**
     * Takes a record of an auditor's topic.
     *
     * @return the model that it is about
     * @throws RejectedException if it is not an enrolled auditor's word
     */
    String accept(String auditor, byte[] record) {
        VerifyingKey key = registry.read(view -> view.identityKey(auditor))
                .orElseThrow(() -> new RejectedException(Reason.UNKNOWN_SENDER, "no auditor is called " + auditor));
        Countersignature signed = SignedRecords.open(
                        Countersignature.class,
                        Purpose.COUNTERSIGNATURE,
                        record,
                        auditor,
                        key,
                        TopicKind.COUNTERSIGNATURES.limits())
                .message();
        String model = signed.context().model();
        String federation = signed.context().federation();
        if (!registry.read(view -> view.roster().map(roster -> roster.context().federation()))
                .equals(Optional.of(federation))) {
            throw new RejectedException(Reason.WRONG_FEDERATION, "federation " + federation);
        }
        table.add(model, signed.version(), auditor, signed.manifestDigest(), signed.shardsRoot());
        return model;
    }

    /** The auditor whose countersignature this version waits for; empty if it needs none, or has it. */
    Optional<String> missing(StoredManifest manifest) {
        String model = manifest.model();
        return registry.read(view -> view.policy(model))
                .map(Policy::auditor)
                .filter(auditor -> !auditor.isEmpty())
                .filter(auditor -> !mayAudit(auditor)
                        || !table.has(model, manifest.version(), auditor, manifest.digest(), manifest.root()));
    }

    private boolean mayAudit(String name) {
        long now = clock.millis();
        return registry.read(view ->
                view.roster().filter(roster -> roster.auditors().contains(name)).isPresent()
                        && view.enrolment(name)
                                .filter(enrolment -> enrolment.role() == Role.AUDITOR)
                                .isPresent()
                        && !view.isRevoked(name, now));
    }
}
