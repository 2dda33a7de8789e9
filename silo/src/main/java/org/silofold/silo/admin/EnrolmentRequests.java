package org.silofold.silo.admin;

import java.time.Clock;
import java.time.Duration;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.registry.RegistryDocuments;
import org.silofold.silo.party.PartyConfig;
import org.silofold.silo.party.PartyDirectory;

/** Requests to be enrolled, made by a party from its own keys. */
public final class EnrolmentRequests {
    private static final Duration VALIDITY = Duration.ofDays(365);
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(10);

    private EnrolmentRequests() {}

    /**
     * A party's request, with its KEM key of an epoch, signed by its identity key.
     *
     * @param epoch the roster epoch that the party asks to join, from 1
     */
    public static byte[] make(PartyDirectory party, int epoch, Clock clock) {
        PartyConfig config = party.config();
        try (SigningKey identity = party.identityKey();
                KemPrivateKey kem = party.kemKeyOrNew(epoch)) {
            RegistryDocuments signer = new RegistryDocuments(config.federation(), config.name(), identity);
            long now = clock.millis();
            RegistryDocuments.Document bundle =
                    signer.keyBundle(epoch, 1, now - CLOCK_SKEW.toMillis(), now + VALIDITY.toMillis(), kem.publicKey());
            return signer.enrolmentRequest(config.organisation(), config.role(), bundle);
        }
    }
}
