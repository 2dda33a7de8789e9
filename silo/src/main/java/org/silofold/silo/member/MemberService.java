package org.silofold.silo.member;

import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.WakeupException;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.silo.agent.AgentContext;
import org.silofold.silo.agent.AgentService;

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
        while (!context.stopping()) {
            String self = context.party().name();
            Optional<RegistrySnapshot> seated = context.awaitRegistry(
                    view -> RegistrySnapshots.of(view, context.clock().millis())
                            .filter(registry -> context.registry().loaded()
                                    && registry.roster().point(self) > 0));
            if (seated.isPresent()) {
                serve(context);
            }
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
            Member member = new Member(self, store, registry::get, keys, context.clock());
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
}
