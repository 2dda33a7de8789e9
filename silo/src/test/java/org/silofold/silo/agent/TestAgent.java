package org.silofold.silo.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.schemas.registry.RegistryDocuments;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.store.AgentDatabase;
import org.silofold.silo.store.StoredManifest;
import org.silofold.silo.store.UpdateBase;

/** An agent's parts, put together as {@link Agent} does, without Kafka and without threads. */
final class TestAgent implements AutoCloseable {
    static final Map<String, Double> METRICS = Map.of("loss", 0.5, "correct", 40.0);

    final TestFederation federation;
    final PartyDirectory party;
    final RegistryView view;
    final AgentDatabase database;
    final Changes changes = new Changes();
    final Health health;
    final ManifestChain chain;
    final ModelFiles files;
    final Countersignatures countersignatures;
    final ModelAssembler assembler;
    final LocalAgentContext context;
    final OwnLog own;
    final Outbox outbox;

    private TestAgent(TestFederation federation, PartyDirectory party, AgentDatabase database, Clock clock)
            throws IOException {
        this.federation = federation;
        this.party = party;
        this.database = database;
        this.health = new Health(party.name(), clock);
        this.view = federation.view();
        Registry registry = new FixedRegistry(view);
        this.chain = new ManifestChain(registry, database.manifests(), health, party.evidence());
        this.files = new ModelFiles(party.models());
        this.countersignatures = new Countersignatures(registry, database.countersignatures(), clock);
        this.assembler =
                new ModelAssembler(registry, database.manifests(), database.documents(), files, countersignatures);
        AgentConfig config = AgentConfig.defaults().withClock(clock);
        this.context = new LocalAgentContext(party, config, registry, chain, health, changes);
        this.own = new OwnLog(context, database, changes);
        this.outbox = new Outbox(context, database, own, changes);
        chain.caughtUp();
        own.caughtUp();
    }

    static TestAgent create(TestFederation federation, Path root, String silo) throws IOException {
        return open(federation, federation.party(root, silo, "127.0.0.1:1"));
    }

    static TestAgent open(TestFederation federation, PartyDirectory party) throws IOException {
        return openAt(federation, party, federation.now);
    }

    static TestAgent openAt(TestFederation federation, PartyDirectory party, long nowMillis) throws IOException {
        return new TestAgent(federation, party, AgentDatabase.open(party.agentDatabase()), clock(nowMillis));
    }

    static TestAgent on(TestFederation federation, PartyDirectory party, AgentDatabase database) throws IOException {
        return new TestAgent(federation, party, database, clock(federation.now));
    }

    private static Clock clock(long nowMillis) {
        return Clock.fixed(Instant.ofEpochMilli(nowMillis), ZoneOffset.UTC);
    }

    /** Takes in a version, manifest first; returns its manifest's digest. */
    Digest take(long version, Digest previous, float[] parameters) throws IOException {
        byte[] manifest = federation.manifest(version, previous, parameters, 1);
        chain.accept(manifest);
        shards(version, parameters);
        return TestFederation.digest(manifest);
    }

    void shards(long version, float[] parameters) throws IOException {
        for (int i = 0; i < federation.layout.shards(); i++) {
            assembler.accept(federation.modelShard(version, parameters, i));
        }
        assembler.verify(TestFederation.MODEL);
    }

    /** Takes in a registry document. */
    void learn(RegistryDocuments.Document document) {
        view.apply(document.keyBytes(), document.record());
        if (document.key().equals("policy/" + TestFederation.MODEL)) {
            database.documents()
                    .putPolicy(
                            TestFederation.MODEL,
                            view.policy(TestFederation.MODEL).orElseThrow().sequence(),
                            document.record());
        }
    }

    /** Takes in version 0. */
    Digest initial() throws IOException {
        return take(0, federation.specDigest(), federation.initial);
    }

    /** Which update spent this version as a base. */
    Optional<UpdateId> spentBy(long version) {
        StoredManifest base =
                database.manifests().find(TestFederation.MODEL, version).orElseThrow();
        return database.updates().spentBy(TestFederation.MODEL, new UpdateBase(version, base.root(), false));
    }

    UpdateRequest request(long base, float[] delta) {
        return new UpdateRequest(TestFederation.MODEL, base, delta, 50, METRICS);
    }

    @Override
    public void close() throws IOException {
        assembler.clear();
        database.close();
    }
}
