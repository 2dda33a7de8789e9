package org.silofold.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateRef;

/**
 * The event loop. Each step one party does one thing: reads a record, sends, trains, takes back, signs, crashes, lies, or time passes. Then
 * the network heals, everybody reads everything, and nothing more goes wrong.
 */
abstract class World implements AutoCloseable {
    final Random random;
    final Scenario scenario;
    final Federation federation;
    final Authority authority;
    final Network network = new Network();
    final Ledger ledger;
    final Map<UpdateKey, MadeUpdate> updates = new HashMap<>();
    final Map<UpdateRef, MadeUpdate> manifests = new LinkedHashMap<>();
    final MemberSide members;
    final SiloSide silos;
    long now = 1_000_000;
    boolean healed;
    private final Map<Digest, Post.Model> models = new HashMap<>();
    private final Map<Happening, Long> happened = new EnumMap<>(Happening.class);
    private final Liars lies;

    World(long seed, SimulatedRing ring) {
        this.random = new Random(seed);
        this.scenario = Scenario.of(random, ring);
        this.federation = scenario.federation();
        Registry first = Registry.first(federation, scenario.terms());
        this.authority = new Authority(first, random, scenario.liars());
        this.ledger = new Ledger(this);
        this.lies = new Liars(this);
        this.members = new MemberSide(this, new WorldClock());
        this.silos = new SiloSide(this, seed);
    }

    /** Something that the aggregator does. */
    abstract void aggregatorActs();

    /** Lets the aggregator read all there is, after the network has healed; whether there was anything. */
    abstract boolean aggregatorCatchesUp();

    /** The next moment at which the aggregator wants to do something. */
    abstract Optional<Long> aggregatorWakesAt();

    /** Whether the authority may sign something new: not while that would leave the aggregator unable to read its past again. */
    abstract boolean authorityMaySign();

    void run() {
        for (int step = 0; step < scenario.steps(); step++) {
            now += random.nextInt(scenario.pace());
            step();
        }
        heal();
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** Whether something goes wrong that does so this often when things are at their worst. */
    boolean fault(int percent) {
        return !healed && random.nextInt(300) < percent * scenario.roughness();
    }

    /** Whether somebody changes something that he does this often when he changes most. */
    private boolean change(int percent) {
        return random.nextInt(300) < percent * scenario.restlessness();
    }

    <T> T random(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    void happens(Happening what) {
        happened.merge(what, 1L, Long::sum);
    }

    long happened(Happening what) {
        return happened.getOrDefault(what, 0L);
    }

    private void step() {
        int what = random.nextInt(1000);
        if (what < 440) {
            members.read(random(federation.silos()));
        } else if (what < 680) {
            aggregatorActs();
        } else if (what < 810) {
            silos.read(random(federation.silos()));
        } else if (what < 890) {
            silos.send(random(federation.silos()));
        } else if (what < 910) {
            if (change(100)) {
                silos.withdraw(random(federation.silos()));
            }
        } else if (what < 935) {
            members.tick(random(federation.silos()));
        } else if (what < 945 && fault(60)) {
            members.restart(random(federation.silos()));
        } else if (what < 965 && !scenario.liars().isEmpty()) {
            lies.act(random(List.copyOf(scenario.liars())));
        } else if (what < 975) {
            if (change(100)) {
                authoritySigns();
            }
        } else if (chance(30)) {
            now += random.nextInt(2_000);
        }
    }

    private void authoritySigns() {
        int what = random.nextInt(100);
        if (what < 40) {
            ordersVoid();
        } else if (!authorityMaySign()) {
            return;
        } else if (what < 50) {
            authority.newPolicy();
            happens(Happening.POLICY);
        } else if (what < 60) {
            happens(Happening.EPOCH);
            if (authority.newRoster()) {
                happens(Happening.COMMITTEE_CHANGE);
            }
        } else if (what < 80) {
            bars(random(federation.silos()), chance(20));
        } else if (authority.reinstate(now)) {
            happens(Happening.REINSTATEMENT);
        }
    }

    private void bars(String party, boolean forGood) {
        authority.bar(party, now, forGood);
        happens(forGood ? Happening.REVOCATION : Happening.SUSPENSION);
        if (authority.newest().seats().point(party) > 0) {
            happens(Happening.MEMBER_BARRED);
        }
    }

    /** For the version after the newest; now and then for one that is out or on another one before it. */
    private void ordersVoid() {
        Optional<Post.Model> newest = network.topic(Network.MODELS).stream()
                .map(Network.Entry::post)
                .filter(Post.Model.class::isInstance)
                .map(Post.Model.class::cast)
                .max((one, other) ->
                        Long.compare(one.manifest().version(), other.manifest().version()));
        if (newest.isPresent()) {
            long version = newest.get().manifest().version() + (chance(90) ? 1 : 0);
            authority.orderVoid(version, chance(90) ? newest.get().digest() : Federation.digest("elsewhere"));
            happens(Happening.VOID_ORDER);
        }
    }

    /** Writes a record; some readers other than its writer may not see it before the network heals. */
    void write(String topic, Post post, String writer) {
        Optional<Post> said = scenario.liars().contains(writer) && !healed ? lies.instead(post) : Optional.of(post);
        if (said.isEmpty()) {
            return;
        }
        note(said.get(), writer);
        Set<String> hiddenFrom = new HashSet<>();
        if (fault(10)) {
            federation.silos().stream()
                    .filter(name -> !name.equals(writer) && chance(30))
                    .forEach(hiddenFrom::add);
        }
        boolean own = writer.equals(Federation.AGGREGATOR);
        if (!own && fault(3)) {
            hiddenFrom.add(Federation.AGGREGATOR);
        }
        network.write(topic, said.get(), hiddenFrom);
    }

    private void note(Post post, String writer) {
        if (post instanceof Post.Vote vote) {
            ledger.voted(vote.vote());
        } else if (post instanceof Post.Response response) {
            ledger.responded(response.response(), response.words());
            members.checkSum(writer, response);
        } else if (post instanceof Post.Request request) {
            ledger.requested(request.request());
        } else if (post instanceof Post.Promise promise) {
            ledger.promised(promise.promise());
            happens(Happening.PROMISE);
        } else if (post instanceof Post.Model model) {
            publishes(model);
        }
    }

    /** A manifest is in the log. */
    void publishes(Post.Model model) {
        models.put(model.digest(), model);
        if (model.manifest().voidVersion().isPresent()) {
            happens(Happening.VOID_VERSION);
        } else if (!model.manifest().cohort().isEmpty()) {
            happens(Happening.VERSION);
        }
    }

    /** What an honest silo spent with an update: parameters, or a void version, which may repeat them. */
    Optional<String> base(UpdateRef ref) {
        if (scenario.corrupt().contains(ref.silo())) {
            return Optional.empty();
        }
        Post.Model base = models.get(manifests.get(ref).core().baseDigest());
        return Optional.of(
                base.manifest().voidVersion().isPresent()
                        ? "void " + base.digest()
                        : base.manifest().shardsRoot().toString());
    }

    /**
     * Nothing more goes wrong: records are sent again, all is read, and time goes on until nobody waits for anything. Then silos send once
     * more from bases that were freed.
     */
    private void heal() {
        healed = true;
        network.heal();
        members.heal();
        silos.heal();
        rest();
        if (silos.sendFromFreedBases()) {
            rest();
        }
    }

    private void rest() {
        long end = now + 10 * Federation.EXPIRY;
        boolean moved = true;
        while (moved && now < end) {
            moved = aggregatorCatchesUp();
            moved |= members.readAll();
            Optional<Long> wake = aggregatorWakesAt();
            if (!moved && wake.isPresent()) {
                now = Math.max(now, wake.get());
                moved = true;
                federation.silos().forEach(members::tick);
            }
        }
        assertThat(moved).as("everything comes to rest").isFalse();
        // By now nothing that was requested before a withdrawal can be open.
        now += Federation.LONGEST_REQUEST;
        federation.silos().forEach(members::tick);
        silos.readAll();
    }

    @Override
    public void close() {
        members.close();
    }

    /** Shows {@link World#now}. */
    private final class WorldClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("there is one zone");
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(now);
        }

        @Override
        public long millis() {
            return now;
        }
    }
}
