package org.silofold.silo.admin;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Enrolment;
import org.silofold.protocol.registry.EnrolmentRequest;
import org.silofold.protocol.registry.KeyBundle;
import org.silofold.protocol.registry.Revocation;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.registry.RegistryDocuments;

/** The documents of membership: enrolments, the roster, revocations. */
final class MembershipDocuments {
    private static final Duration VALIDITY = Duration.ofDays(365);
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(10);

    private final SignedDocuments documents;
    private final Clock clock;

    MembershipDocuments(SignedDocuments documents, Clock clock) {
        this.documents = documents;
        this.clock = clock;
    }

    EnrolmentRequest enrol(byte[] request) throws IOException {
        EnrolmentRequest asked = requested(request);
        if (asked.subject().equals(Authority.NAME) || asked.role() == Role.AUTHORITY) {
            throw new AdminException("the name and role of the authority are not given to others");
        }
        KeyBundle bundle = SignedRecords.reread(KeyBundle.class, Purpose.KEY_BUNDLE, asked.keyBundle())
                .message();
        long now = clock.millis();
        documents.store(documents
                .signer()
                .enrolment(
                        asked.subject(),
                        asked.organisation(),
                        asked.role(),
                        documents.next(Purpose.ENROLMENT, Enrolment.class, "enrolment/" + asked.subject()),
                        now - CLOCK_SKEW.toMillis(),
                        now + VALIDITY.toMillis(),
                        VerifyingKey.fromSpki(asked.identityKey())));
        documents.store(new RegistryDocuments.Document(bundle.key(), asked.keyBundle()));
        return asked;
    }

    private EnrolmentRequest requested(byte[] request) {
        try {
            return RegistryDocuments.openRequest(documents.signer().federation(), request);
        } catch (RejectedException e) {
            throw new AdminException("not a valid enrolment request: " + e.getMessage(), e);
        }
    }

    Roster roster(List<String> committee) throws IOException {
        List<Enrolment> enrolled = enrolments();
        List<String> silos = named(enrolled, Role.SILO);
        List<String> aggregators = named(enrolled, Role.AGGREGATOR);
        if (aggregators.size() != 1) {
            throw new AdminException("a roster needs exactly one enrolled aggregator, there are " + aggregators.size());
        }
        List<String> seats = committee.isEmpty() ? silos : committee;
        for (String seat : seats) {
            if (enrolled.stream().noneMatch(e -> e.subject().equals(seat) && mayVote(e.role()))) {
                throw new AdminException("committee: " + seat + " is not enrolled as silo or member");
            }
        }
        int epoch = documents
                        .newest(Purpose.ROSTER, Roster.class, "roster")
                        .map(Roster::epoch)
                        .orElse(0)
                + 1;
        return documents.store(
                Purpose.ROSTER,
                Roster.class,
                documents
                        .signer()
                        .roster(
                                epoch,
                                documents.next(Purpose.ROSTER, Roster.class, "roster"),
                                silos,
                                seats,
                                aggregators.get(0),
                                named(enrolled, Role.AUDITOR),
                                clock.millis() + VALIDITY.toMillis()));
    }

    Revocation revoke(String subject, String why) throws IOException {
        return revoke(subject, why, clock.millis(), Revocation.FOR_GOOD);
    }

    Revocation suspend(String subject, String why, Duration time) throws IOException {
        if (time.isZero() || time.isNegative()) {
            throw new AdminException("a suspension takes some time, not " + time.toDays() + " days");
        }
        long now = clock.millis();
        return revoke(subject, why, now, Math.addExact(now, time.toMillis()));
    }

    Revocation reinstate(String subject, String why) throws IOException {
        SignedDocuments.requireName(subject, "subject");
        if (!documents.has("revocation/" + subject)) {
            throw new AdminException(subject + " is not revoked");
        }
        long now = clock.millis();
        return revoke(subject, why, now, now);
    }

    private Revocation revoke(String subject, String why, long fromMillis, long untilMillis) throws IOException {
        SignedDocuments.requireName(subject, "subject");
        if (!documents.has("enrolment/" + subject)) {
            throw new AdminException(subject + " is not enrolled");
        }
        long sequence = documents.next(Purpose.REVOCATION, Revocation.class, "revocation/" + subject);
        return documents.store(
                Purpose.REVOCATION,
                Revocation.class,
                documents.signer().revocation(subject, sequence, fromMillis, why, untilMillis));
    }

    private static boolean mayVote(Role role) {
        return role == Role.SILO || role == Role.MEMBER;
    }

    private static List<String> named(List<Enrolment> enrolled, Role role) {
        return enrolled.stream()
                .filter(e -> e.role() == role)
                .map(Enrolment::subject)
                .sorted()
                .toList();
    }

    private List<Enrolment> enrolments() throws IOException {
        List<Enrolment> enrolled = new ArrayList<>();
        for (String key : documents.all().keySet()) {
            if (key.startsWith("enrolment/")) {
                enrolled.add(documents
                        .newest(Purpose.ENROLMENT, Enrolment.class, key)
                        .orElseThrow());
            }
        }
        return enrolled;
    }
}
