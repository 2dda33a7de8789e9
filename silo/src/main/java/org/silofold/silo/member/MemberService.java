package org.silofold.silo.member;

import java.nio.file.Files;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.WakeupException;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.silo.agent.AgentContext;
import org.silofold.silo.agent.AgentService;
import org.silofold.silo.chain.ChainTerms;
import org.silofold.silo.chain.Evidence;
import org.silofold.silo.party.PartyDirectory;

/** Runs the committee member with the agent, whenever the roster gives the party a seat. */
public final class MemberService implements AgentService {
    static final String NAME = "member";

    /** For the service loader. */
    public MemberService() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(AgentContext context) throws Exception {
        int left = 0;
        while (!context.stopping()) {
            String self = context.party().name();
            int after = left;
            Optional<RegistrySnapshot> next = context.awaitRegistry(
                    view -> RegistrySnapshots.of(view, context.clock().millis())
                            .filter(registry -> context.registry().loaded()
                                    && (registry.roster().point(self) > 0 || registry.epoch() > after)));
            if (next.isPresent() && next.get().roster().point(self) > 0) {
                serve(context);
            } else if (next.isPresent()) {
                left = next.get().epoch();
                leave(context.party(), left);
                context.health().ok(NAME, "no seat in epoch " + left);
            }
        }
    }

    /** Erases what was held for epochs that have ended, in an epoch in which the party has no seat. */
    private static void leave(PartyDirectory party, int epoch) {
        eraseOldKeys(party, epoch);
        if (Files.exists(party.memberDatabase())) {
            try (MemberStore store = MemberStore.open(party.memberDatabase())) {
                if (store.epoch() < epoch) {
                    store.enter(epoch);
                }
            }
        }
    }

    /** No manifest of an epoch that has ended is looked at any more: what could open its packets goes. */
    static void eraseOldKeys(PartyDirectory party, int epoch) {
        for (int old : party.kemEpochs().headSet(epoch)) {
            party.eraseKemKey(old);
        }
    }

    private static void serve(AgentContext context) throws Exception {
        String self = context.party().name();
        RegistryCache registry = new RegistryCache(context.registry(), context.clock());
        try (MemberStore store = MemberStore.open(context.party().memberDatabase());
                PartyKeys keys = new PartyKeys(context.party());
                SigningKey identity = context.party().identityKey();
                KafkaConsumer<byte[], byte[]> uncommitted = context.kafka().consumer("member", false);
                KafkaConsumer<byte[], byte[]> committed = context.kafka().consumer("member-committed", true);
                KafkaProducer<byte[], byte[]> producer = context.kafka().producer("member")) {
            Member member = new Member(self, store, registry::get, keys, watch(context), context.clock());
            EffectSender sender = new EffectSender(self, context.topics(), identity, producer);
            AutoCloseable wakeup = context.onStop(() -> {
                uncommitted.wakeup();
                committed.wakeup();
            });
            try {
                new MemberLoop(context, store, member, registry, sender, uncommitted, committed).run();
            } finally {
                wakeup.close();
            }
        } catch (WakeupException e) {
            if (!context.stopping()) {
                throw e;
            }
        }
    }

    private static ChainWatch watch(AgentContext context) {
        Evidence evidence = new Evidence(context.party().evidence());
        return new ChainWatch() {
            @Override
            public Optional<ChainTerms> terms(String model, long version, long policySequence) {
                Optional<Policy> named = context.registry().policy(model, policySequence);
                return context.registry().read(view -> ChainTerms.of(view, model, version, named));
            }

            @Override
            public void twoManifests(
                    String model, long version, Digest firstDigest, byte[] first, Digest secondDigest, byte[] second) {
                context.health()
                        .alarm(
                                "two-manifests",
                                evidence.twoManifests(model, version, firstDigest, first, secondDigest, second));
            }
        };
    }
}
