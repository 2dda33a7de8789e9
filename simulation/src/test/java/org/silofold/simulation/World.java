package org.silofold.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.silo.member.MemberEffect;

/**
 * The event loop. Each step one party does one thing: reads a record, sends, trains, crashes, lies, or time passes. Then the network
 * heals, everybody reads everything, and nothing more goes wrong.
 */
abstract class World implements AutoCloseable {
    final Random random;
    final Scenario scenario;
    final Federation federation;
    final Network network = new Network();
    final Ledger ledger;
    final Map<String, MemberNode> members = new LinkedHashMap<>();
    final Map<String, SiloNode> silos = new LinkedHashMap<>();
    final Map<UpdateKey, MadeUpdate> updates = new HashMap<>();
    final Map<UpdateRef, MadeUpdate> manifests = new LinkedHashMap<>();
    final UpdateMaker maker;
    long now = 1_000_000;
    long policySequence = 1;
    boolean healed;
    private final Map<String, Reader> readers = new LinkedHashMap<>();
    private final Map<String, List<byte[]>> images = new HashMap<>();
    private final Set<String> offline = new HashSet<>();
    private final Liars lies;

    World(long seed) {
        this.random = new Random(seed);
        this.scenario = Scenario.of(random);
        this.federation = scenario.federation();
        this.ledger = new Ledger(federation, scenario.liars());
        this.maker = new UpdateMaker(federation, seed);
        this.lies = new Liars(this);
        List<String> topics = new ArrayList<>(List.of(Network.REQUESTS, Network.MODELS));
        federation.silos().forEach(silo -> topics.add(Network.manifests(silo)));
        federation.committee().forEach(member -> topics.add(Network.votes(member)));
        for (String name : federation.committee()) {
            members.put(name, new MemberNode(name, federation, new WorldClock()));
            readers.put(name, new Reader(name, network, topics));
            images.put(name, new ArrayList<>());
            members.get(name).resume();
        }
        federation.silos().forEach(name -> silos.put(name, new SiloNode(name, network)));
        if (chance(10) && federation.size().n() > 3) {
            offline.add(
                    federation.committee().get(random.nextInt(federation.size().n())));
        }
    }

    /** Something that the aggregator does. */
    abstract void aggregatorActs();

    /** Lets the aggregator read all there is, after the network has healed; whether there was anything. */
    abstract boolean aggregatorCatchesUp();

    /** The next moment at which the aggregator wants to do something. */
    abstract Optional<Long> aggregatorWakesAt();

    void run() {
        for (int step = 0; step < scenario.steps(); step++) {
            now += random.nextInt(20);
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

    private void step() {
        int what = random.nextInt(100);
        if (what < 45) {
            memberReads(random(federation.committee()));
        } else if (what < 70) {
            aggregatorActs();
        } else if (what < 85) {
            siloReads(random(federation.silos()));
        } else if (what < 93) {
            siloSends(random(federation.silos()));
        } else if (what < 95) {
            ticks(random(federation.committee()));
        } else if (what < 96 && fault(60)) {
            restarts(random(federation.committee()));
        } else if (what < 98 && !scenario.liars().isEmpty()) {
            lies.act(random(List.copyOf(scenario.liars())));
        } else if (chance(20)) {
            policySequence += chance(10) ? 1 : 0;
            now += random.nextInt(2_000);
        }
    }

    <T> T random(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private void memberReads(String name) {
        if (offline.contains(name)) {
            return;
        }
        MemberNode member = members.get(name);
        Reader reader = readers.get(name);
        if (fault(10)) {
            reader.rewind(random, 1 + random.nextInt(3));
        }
        for (int i = random.nextInt(4); i >= 0; i--) {
            Optional<Reader.Place> place = reader.next(random);
            if (place.isPresent() && !read(member, reader, place.get())) {
                member.seePolicy(policySequence);
            }
        }
    }

    /** False if the record has to wait for the registry. */
    private boolean read(MemberNode member, Reader reader, Reader.Place place) {
        if (member.isBehind(place.post())) {
            return false;
        }
        List<MemberEffect> effects = member.deliver(place.post());
        if (fault(3)) {
            // The process ends with some of its effects unsent, and its place in the topic not saved.
            send(member.name, effects.subList(0, random.nextInt(effects.size() + 1)));
            restart(member, reader, member.image(), true);
            return true;
        }
        send(member.name, effects);
        reader.done(place);
        if (random.nextInt(20) == 0) {
            images.get(member.name).add(member.image());
        }
        return true;
    }

    private void ticks(String name) {
        if (!offline.contains(name)) {
            members.get(name).seePolicy(policySequence);
            send(name, members.get(name).tick());
        }
    }

    /** A member starts anew, as it was or, more rarely, from a backup: then its own words tell it so. A liar does not look at them. */
    private void restarts(String name) {
        MemberNode member = members.get(name);
        List<byte[]> backups = images.get(name);
        boolean backup = !backups.isEmpty() && chance(30);
        byte[] image = backup ? random(backups) : member.image();
        Reader reader = readers.get(name);
        if (backup) {
            reader = new Reader(name, network, reader.topics());
            readers.put(name, reader);
        }
        restart(member, reader, image, !scenario.liars().contains(name) || chance(50));
    }

    private void restart(MemberNode member, Reader reader, byte[] image, boolean looksAtOwnWords) {
        member.restart(image);
        member.seePolicy(policySequence);
        String own = Network.votes(member.name);
        Optional<Reader.Place> place = looksAtOwnWords ? reader.next(own) : Optional.empty();
        while (place.isPresent()) {
            send(member.name, member.deliver(place.get().post()));
            reader.done(place.get());
            place = reader.next(own);
        }
        if (looksAtOwnWords) {
            for (Network.Entry entry : network.topic(Network.responses(member.name))) {
                member.remind((Post.Response) entry.post());
            }
        }
        send(member.name, member.resume());
    }

    /** Writes what a member says to its topics. What a liar's own program says may be changed or kept back. */
    void send(String name, List<MemberEffect> effects) {
        for (MemberEffect effect : effects) {
            if (effect instanceof MemberEffect.SendReceipt receipt) {
                write(
                        Network.receipts(name),
                        new Post.Receipt(
                                name, receipt.entry().update(), receipt.entry().refused()),
                        name);
            } else if (effect instanceof MemberEffect.SendVote vote) {
                write(Network.votes(name), new Post.Vote(vote.vote()), name);
            } else if (effect instanceof MemberEffect.SendResponse response) {
                int[] words = Words.read(SmallRing.SET, response.words(), 0, SmallRing.SET.n());
                write(Network.responses(name), new Post.Response(response.response(), words), name);
            }
        }
    }

    /** Writes a record; some readers other than its writer may not see it before the network heals. */
    void write(String topic, Post post, String writer) {
        Optional<Post> said = scenario.liars().contains(writer) && !healed ? lies.instead(post) : Optional.of(post);
        if (said.isEmpty()) {
            return;
        }
        if (said.get() instanceof Post.Vote vote) {
            ledger.voted(vote.vote());
        } else if (said.get() instanceof Post.Response response) {
            ledger.responded(response.response(), response.words());
            checkSum(writer, response);
        } else if (said.get() instanceof Post.Request request) {
            ledger.requested(request.request());
        }
        Set<String> hiddenFrom = new HashSet<>();
        if (fault(10)) {
            federation.committee().stream()
                    .filter(name -> !name.equals(writer) && chance(30))
                    .forEach(hiddenFrom::add);
        }
        boolean own = writer.equals(Federation.AGGREGATOR);
        if (!own && fault(3)) {
            hiddenFrom.add(Federation.AGGREGATOR);
        }
        network.write(topic, said.get(), hiddenFrom);
    }

    private void checkSum(String member, Post.Response response) {
        if (!scenario.liars().contains(member)) {
            int seat = federation.committee().indexOf(member);
            List<int[]> shares = ledger.cohorts().get(response.response().cohortDigest()).stream()
                    .map(ref -> manifests.get(ref).shares().get(seat))
                    .toList();
            assertThat(response.words()).isEqualTo(SmallRing.sum(shares));
        }
    }

    private void siloReads(String name) {
        SiloNode silo = silos.get(name);
        for (int i = random.nextInt(6); i >= 0; i--) {
            silo.reader().next(random).ifPresent(place -> {
                silo.deliver(place.post());
                silo.reader().done(place);
            });
        }
    }

    private void siloSends(String name) {
        SiloNode silo = silos.get(name);
        boolean corrupt = scenario.corrupt().contains(name);
        if (!silo.outbox().isEmpty() && chance(15)) {
            post(random(silo.outbox()), true);
        }
        Optional<Long> base = silo.base();
        if (base.isPresent()) {
            train(silo, base.get(), Set.of());
        } else if (corrupt && !silo.outbox().isEmpty() && chance(30)) {
            long again = silo.outbox().get(silo.outbox().size() - 1).core().baseVersion();
            train(
                    silo,
                    again,
                    chance(50) ? Set.of(1 + random.nextInt(federation.size().n())) : Set.of());
        }
    }

    private void train(SiloNode silo, long base, Set<Integer> spoiled) {
        MadeUpdate update = maker.make(new UpdateMaker.Order(
                silo.name,
                maker.freshId(),
                silo.nextSequence(),
                base,
                silo.digestOf(base),
                policySequence,
                now + Federation.EXPIRY,
                spoiled));
        silo.keep(update);
        updates.put(update.key(), update);
        manifests.put(update.ref(), update);
        post(update, !fault(10));
    }

    /** Sends an update's records; not all of them if the silo fails meanwhile. */
    void post(MadeUpdate update, boolean all) {
        String silo = update.silo();
        if (all || chance(50)) {
            write(Network.updates(silo), new Post.Shard(update), silo);
        }
        if (all || chance(50)) {
            write(Network.manifests(silo), new Post.Manifest(update), silo);
        }
    }

    /** Nothing more goes wrong: records are sent again, all is read, and time goes on until nobody waits for anything. */
    private void heal() {
        healed = true;
        network.heal();
        offline.clear();
        silos.values().forEach(silo -> silo.outbox().forEach(update -> post(update, true)));
        members.values().forEach(member -> member.seePolicy(policySequence));
        long end = now + 10 * Federation.EXPIRY;
        boolean moved = true;
        while (moved && now < end) {
            moved = aggregatorCatchesUp();
            for (MemberNode member : members.values()) {
                moved |= readAll(member);
            }
            Optional<Long> wake = aggregatorWakesAt();
            if (!moved && wake.isPresent()) {
                now = Math.max(now, wake.get());
                moved = true;
                federation.committee().forEach(this::ticks);
            }
        }
        assertThat(moved).as("everything comes to rest").isFalse();
        for (SiloNode silo : silos.values()) {
            for (Optional<Reader.Place> place = silo.reader().next(random);
                    place.isPresent();
                    place = silo.reader().next(random)) {
                silo.deliver(place.get().post());
                silo.reader().done(place.get());
            }
        }
    }

    private boolean readAll(MemberNode member) {
        Reader reader = readers.get(member.name);
        boolean any = false;
        for (Optional<Reader.Place> place = reader.next(random); place.isPresent(); place = reader.next(random)) {
            read(member, reader, place.get());
            any = true;
        }
        return any;
    }

    @Override
    public void close() {
        members.values().forEach(MemberNode::close);
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
