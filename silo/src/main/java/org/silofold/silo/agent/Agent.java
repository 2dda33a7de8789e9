package org.silofold.silo.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.silofold.protocol.SelfTest;
import org.silofold.protocol.registry.Role;
import org.silofold.schemas.Topics;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.silo.chain.Evidence;
import org.silofold.silo.party.LockFile;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.party.PartyException;
import org.silofold.silo.store.AgentDatabase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A party's agent. It starts whether or not its broker can be reached, and says in its status how it is. One agent runs in a directory at a
 * time.
 */
public final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private final LockFile lock;
    private final AgentDatabase database;
    private final LocalAgentContext context;
    private final LocalApi api;
    private final List<Thread> threads;
    private boolean closed;

    private Agent(
            LockFile lock, AgentDatabase database, LocalAgentContext context, LocalApi api, List<Thread> threads) {
        this.lock = lock;
        this.database = database;
        this.context = context;
        this.api = api;
        this.threads = threads;
    }

    /** Starts the agent of this party with the default settings. */
    public static Agent start(PartyDirectory party) {
        return start(party, AgentConfig.defaults());
    }

    /**
     * Starts the agent of this party.
     *
     * @throws PartyException if the directory cannot be used, or another agent runs in it
     * @throws org.silofold.silo.store.StoreException if its database cannot be used
     */
    public static Agent start(PartyDirectory party, AgentConfig config) {
        SelfTest.run();
        // Fails here rather than in every service when the client settings are not readable.
        party.kafkaProperties();
        LockFile lock = lock(party.root().resolve("agent.lock"));
        AgentDatabase database = null;
        try {
            database = AgentDatabase.open(party.agentDatabase());
            return assemble(party, config, lock, database);
        } catch (IOException e) {
            close(database, lock);
            throw new PartyException(party.root() + ": cannot be used: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            close(database, lock);
            throw e;
        }
    }

    private static Agent assemble(PartyDirectory party, AgentConfig config, LockFile lock, AgentDatabase database)
            throws IOException {
        Changes changes = new Changes();
        Health health = new Health(party.name(), config.clock());
        Topics topics = new Topics(party.config().topicPrefix());
        OwnBundles bundles = new OwnBundles(topics.keys(party.name()));
        RegistryFollower registry = new RegistryFollower(
                topics,
                bundles,
                new RegistryView(party.config().federation(), party.authorityKey()),
                database.documents(),
                health,
                changes);
        ManifestChain chain = new ManifestChain(registry, database.manifests(), health, party.evidence());
        LocalAgentContext context = new LocalAgentContext(party, config, registry, chain, health, changes);
        new Evidence(party.evidence()).kept().forEach(health::alarm);
        OwnLog own = new OwnLog(context, database, changes);
        ModelFiles files = new ModelFiles(party.models());
        Countersignatures countersignatures =
                new Countersignatures(registry, database.countersignatures(), config.clock());
        ModelAssembler assembler =
                new ModelAssembler(registry, database.manifests(), database.documents(), files, countersignatures);
        ModelFollower models =
                new ModelFollower(topics, registry, chain, assembler, countersignatures, own, health, changes);

        List<AgentService> services = new ArrayList<>();
        services.add(new TopicFollower(RegistryFollower.COMPONENT, registry::topics, false, registry));
        services.add(new KeyPublisher(bundles));
        services.add(new TopicFollower(ModelFollower.COMPONENT, () -> ModelFollower.topics(context), true, models));
        Outbox outbox = new Outbox(context, database, own, changes);
        if (party.config().role() == Role.SILO) {
            services.add(
                    new TopicFollower(OwnLog.COMPONENT, List.of(context.topics().manifests(party.name())), false, own));
            services.add(new OutboxSender(outbox, database.updates(), own, changes));
            services.add(new WithdrawalService(database, outbox, changes));
            services.add(new TopicFollower(
                    "fates",
                    List.of(topics.fates()),
                    true,
                    new FateFollower(
                            party.name(),
                            registry,
                            database.updates(),
                            new UnknownFates(database.updates(), own, config.clock()),
                            changes)));
        }
        ServiceLoader.load(AgentService.class, Agent.class.getClassLoader()).forEach(services::add);
        services.addAll(config.services());

        LocalApi api = LocalApi.start(new ApiState(context, database, files, outbox, changes), config.apiPort());
        List<Thread> threads = new ArrayList<>();
        for (AgentService service : services) {
            threads.add(new ServiceRunner(service, context).start());
        }
        LOG.info("{}: the agent runs; local API on 127.0.0.1:{}", party.name(), api.port());
        return new Agent(lock, database, context, api, threads);
    }

    /** How the agent's components are. */
    public Health health() {
        return context.health();
    }

    /** The local API's port on 127.0.0.1. */
    public int apiPort() {
        return api.port();
    }

    /** Waits until the agent was closed, by another thread. */
    public void awaitStop() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Stops everything, in order: the local API, the services, the database. What is in the outbox stays there. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        api.close();
        context.stop();
        long deadline = System.nanoTime() + context.config().stopTimeout().toNanos();
        for (Thread thread : threads) {
            join(thread, deadline);
        }
        close(database, lock);
        LOG.info("{}: the agent has stopped", context.party().name());
    }

    private static void join(Thread thread, long deadline) {
        try {
            thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("{} did not stop in time", thread.getName());
        }
    }

    private static void close(AgentDatabase database, LockFile lock) {
        if (database != null) {
            database.close();
        }
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("agent.lock cannot be released: {}", e.getMessage());
        }
    }

    /** Keeps a second agent out of the directory, of this process or another. */
    private static LockFile lock(Path file) {
        try {
            return LockFile.take(file)
                    .orElseThrow(() -> new PartyException(file.getParent() + ": another agent runs in this directory"));
        } catch (IOException e) {
            throw new PartyException(file + ": cannot be locked: " + e.getMessage(), e);
        }
    }
}
