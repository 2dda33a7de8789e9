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
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.registry.RegistryDocuments;
import org.silofold.schemas.registry.RegistryDocuments.Document;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.silo.party.PartyDirectory;

/**
 * Sees to it that the party's own topic holds its key bundle for the roster's epoch: makes one where the registry has none, and publishes the
 * newest again where the topic holds another record under its key, or none, or so much lies behind it that retention may take it.
 */
final class KeyPublisher implements AgentService {
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);
    private static final Duration AGAIN = Duration.ofSeconds(10);

    private final OwnBundles own;

    KeyPublisher(OwnBundles own) {
        this.own = own;
    }

    /**
     * What is to be seen to.
     *
     * @param known the party's newest bundle for the epoch, if the registry has one
     * @param kem the key in it
     * @param there whether the party's own topic holds it
     */
    private record Duty(Roster roster, Optional<Document> known, Optional<KemPublicKey> kem, boolean there) {}

    @Override
    public String name() {
        return "keys";
    }

    @Override
    public void run(AgentContext context) throws Exception {
        int seenTo = 0;
        while (!context.stopping()) {
            int after = seenTo;
            Optional<Duty> duty = context.awaitRegistry(view -> duty(context, view, after));
            if (duty.isEmpty()) {
                return;
            }
            int epoch = duty.get().roster().epoch();
            duty.get().kem().ifPresent(published -> requireOurs(context.party(), epoch, published));
            if (duty.get().there()) {
                context.health().ok(name(), "the key of epoch " + epoch + " is in the registry");
                seenTo = epoch;
            } else {
                publish(context, duty.get());
                context.pause(AGAIN);
            }
        }
    }

    private Optional<Duty> duty(AgentContext context, RegistryView view, int after) {
        String name = context.party().name();
        if (view.roster().isEmpty()
                || !context.registry().loaded()
                || !own.level()
                || view.enrolment(name).isEmpty()) {
            return Optional.empty();
        }
        Roster roster = view.roster().get();
        Optional<Document> known = view.keyBundle(name, roster.epoch())
                .map(bundle -> new Document(
                        bundle.key(), view.keyBundleRecord(name, roster.epoch()).orElseThrow()));
        boolean there =
                known.filter(bundle -> own.holds(bundle.key(), bundle.record())).isPresent();
        return there && roster.epoch() <= after
                ? Optional.empty()
                : Optional.of(new Duty(roster, known, view.kemKey(name, roster.epoch()), there));
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

    private static Document made(AgentContext context, Roster roster) {
        PartyDirectory party = context.party();
        try (KemPrivateKey key = party.kemKeyOrNew(roster.epoch());
                SigningKey identity = party.identityKey()) {
            return new RegistryDocuments(party.config().federation(), party.name(), identity)
                    .keyBundle(
                            roster.epoch(),
                            1,
                            context.clock().millis() - CLOCK_SKEW.toMillis(),
                            roster.notAfterMillis(),
                            key.publicKey());
        }
    }

    private void publish(AgentContext context, Duty duty) throws Exception {
        Document bundle = duty.known().orElseGet(() -> made(context, duty.roster()));
        byte[] key = bundle.key().getBytes(StandardCharsets.UTF_8);
        try (KafkaProducer<byte[], byte[]> producer = context.kafka().producer("keys")) {
            producer.send(new ProducerRecord<>(own.topic(), key, bundle.record()))
                    .get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            // Without the cause: a missing topic is a time-out to Kafka's client, and would be told as a broker that is
            // away.
            throw new IllegalStateException("the key of epoch " + duty.roster().epoch() + " cannot be published: "
                    + e.getCause().getMessage() + " (are the topics made?)");
        }
    }
}
