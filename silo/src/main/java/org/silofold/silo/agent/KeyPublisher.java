package org.silofold.silo.agent;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.kem.KemPublicKey;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.registry.KeyBundle;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.silo.party.PartyDirectory;

/** Publishes the party's KEM key for the roster's epoch where the registry lacks it. */
final class KeyPublisher implements AgentService {
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);
    private static final Duration AGAIN = Duration.ofSeconds(10);

    /** What to do about the epoch's key. */
    private record Duty(Roster roster, Optional<KemPublicKey> published) {}

    @Override
    public String name() {
        return "keys";
    }

    @Override
    public void run(AgentContext context) throws Exception {
        int done = 0;
        while (!context.stopping()) {
            int after = done;
            Optional<Duty> duty = context.awaitRegistry(view -> duty(context, view, after));
            if (duty.isEmpty()) {
                return;
            }
            int epoch = duty.get().roster().epoch();
            if (duty.get().published().isPresent()) {
                requireOurs(context.party(), epoch, duty.get().published().get());
                context.health().ok(name(), "the key of epoch " + epoch + " is in the registry");
                done = epoch;
            } else {
                publish(context, duty.get().roster());
                context.pause(AGAIN);
            }
        }
    }

    private static Optional<Duty> duty(AgentContext context, RegistryView view, int after) {
        String name = context.party().name();
        return view.roster()
                .filter(roster -> roster.epoch() > after
                        && context.registry().loaded()
                        && view.enrolment(name).isPresent())
                .map(roster -> new Duty(roster, view.kemKey(name, roster.epoch())));
    }

    private static void requireOurs(PartyDirectory party, int epoch, KemPublicKey published) {
        if (!party.hasKemKey(epoch)) {
            throw new IllegalStateException("the registry holds a key for epoch " + epoch
                    + " whose private half is not in " + party.root().resolve("keys") + "; a new epoch is needed");
        }
        try (KemPrivateKey ours = party.kemKey(epoch)) {
            if (!Arrays.equals(ours.publicKey().spki(), published.spki())) {
                throw new IllegalStateException("the registry holds another key for epoch " + epoch + " than keys/kem-"
                        + epoch + ".pem; a new epoch is needed");
            }
        }
    }

    private static void publish(AgentContext context, Roster roster) throws Exception {
        PartyDirectory party = context.party();
        try (KemPrivateKey key = party.kemKeyOrNew(roster.epoch());
                SigningKey identity = party.identityKey();
                KafkaProducer<byte[], byte[]> producer = context.kafka().producer("keys")) {
            byte[] spki = key.publicKey().spki();
            KeyBundle bundle = new KeyBundle(
                    new Context(
                            Context.VERSION,
                            Suite.ML_KEM_768_ML_DSA_65.text(),
                            party.config().federation(),
                            0,
                            Digest.ZERO,
                            0,
                            "",
                            party.name(),
                            Purpose.KEY_BUNDLE),
                    party.name(),
                    roster.epoch(),
                    1,
                    context.clock().millis() - CLOCK_SKEW.toMillis(),
                    roster.notAfterMillis(),
                    Digest.sha256(spki));
            byte[] record = SignedRecords.seal(bundle, spki, identity);
            producer.send(new ProducerRecord<>(
                            context.topics().registry(), bundle.key().getBytes(StandardCharsets.UTF_8), record))
                    .get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "the key of epoch " + roster.epoch() + " cannot be published: "
                            + e.getCause().getMessage(),
                    e);
        }
    }
}
