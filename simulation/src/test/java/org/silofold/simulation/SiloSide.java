package org.silofold.simulation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.silofold.simulation.UpdateMaker.Sabotage;

/** What the parties do as silos: read, train, send, take back. */
final class SiloSide {
    private final World world;
    private final UpdateMaker maker;
    private final Map<String, SiloNode> silos = new LinkedHashMap<>();

    SiloSide(World world, long seed) {
        this.world = world;
        this.maker = new UpdateMaker(world.federation, seed);
        for (String name : world.federation.silos()) {
            silos.put(name, new SiloNode(name, world.authority.newest(), world.network, world.federation.silos()));
        }
    }

    Iterable<SiloNode> all() {
        return silos.values();
    }

    private void see(SiloNode silo) {
        silo.see(world.authority.newest());
    }

    void read(String name) {
        SiloNode silo = silos.get(name);
        if (world.chance(20)) {
            see(silo);
        }
        for (int i = world.random.nextInt(6); i >= 0; i--) {
            silo.reader().next(world.random).ifPresent(place -> read(silo, place));
        }
    }

    private void read(SiloNode silo, Reader.Place place) {
        if (silo.isBehind(place.post())) {
            see(silo);
        }
        int before = silo.freed().size();
        silo.deliver(place.post(), world.now);
        silo.reader().done(place);
        for (int i = before; i < silo.freed().size(); i++) {
            world.happens(Happening.BASE_FREED);
        }
    }

    void send(String name) {
        SiloNode silo = silos.get(name);
        boolean corrupt = world.scenario.corrupt().contains(name);
        if (!silo.outbox().isEmpty() && world.chance(15)) {
            sendAgain(silo, world.random(silo.outbox()));
        }
        if (!silo.mayTrain()) {
            return;
        }
        Optional<Long> base = silo.base();
        if (silo.freedBase().isPresent() && world.chance(70)) {
            base = silo.freedBase();
        }
        if (base.isPresent()) {
            train(silo, base.get(), Set.of());
        } else if (corrupt && !silo.outbox().isEmpty() && world.chance(30)) {
            long again = silo.outbox().get(silo.outbox().size() - 1).core().baseVersion();
            int seats = silo.registry().seats().size().n();
            train(silo, again, world.chance(50) ? Set.of(1 + world.random.nextInt(seats)) : Set.of());
        }
    }

    private void train(SiloNode silo, long base, Set<Integer> spoiled) {
        Sabotage sabotage = sabotage(silo);
        MadeUpdate update = maker.make(new UpdateMaker.Order(
                silo.name,
                maker.freshId(),
                silo.nextSequence(),
                base,
                silo.digestOf(base),
                silo.registry(),
                world.now + Federation.EXPIRY,
                spoiled,
                sabotage));
        if (silo.keep(update)) {
            world.happens(Happening.BASE_USED_AGAIN);
        }
        world.updates.put(update.key(), update);
        world.manifests.put(update.ref(), update);
        post(update, !world.fault(10));
    }

    private Sabotage sabotage(SiloNode silo) {
        if (!world.scenario.saboteurs().contains(silo.name) || !world.chance(60)) {
            return Sabotage.NONE;
        }
        if (world.chance(50)) {
            world.happens(Happening.OUT_OF_BOUNDS_SENT);
            return Sabotage.OUT_OF_BOUNDS;
        }
        world.happens(Happening.BROKEN_CANARY_SENT);
        return world.chance(50) ? Sabotage.BROKEN_CANARY : Sabotage.OTHER_SECRET;
    }

    /** Sends an update's records; not all of them if the silo fails meanwhile. */
    private void post(MadeUpdate update, boolean all) {
        String silo = update.silo();
        if (all || world.chance(50)) {
            world.write(Network.updates(silo), new Post.Shard(update), silo);
        }
        if (all || world.chance(50)) {
            world.write(Network.manifests(silo), new Post.Manifest(update), silo);
        }
    }

    /** Nothing of an update that is wanted back but that it is. */
    private void sendAgain(SiloNode silo, MadeUpdate update) {
        Post.Withdrawal withdrawal = silo.withdrawn().get(update.key());
        if (withdrawal == null) {
            post(update, true);
        } else {
            world.write(Network.withdrawals(silo.name), withdrawal, silo.name);
        }
    }

    /** Wants one of its updates back. */
    void withdraw(String name) {
        SiloNode silo = silos.get(name);
        List<MadeUpdate> possible =
                silo.outbox().stream().filter(silo::mayWithdraw).toList();
        if (possible.isEmpty()) {
            return;
        }
        MadeUpdate update = possible.get(possible.size() - 1);
        world.happens(Happening.WITHDRAWAL);
        if (world.ledger.isRequested(update.ref())) {
            world.happens(Happening.WITHDRAWAL_OF_A_REQUESTED_UPDATE);
        }
        world.write(Network.withdrawals(name), silo.withdraw(update), name);
    }

    /** Everybody knows the registry and sends again what it has sent. */
    void heal() {
        for (SiloNode silo : all()) {
            see(silo);
            silo.outbox().forEach(update -> sendAgain(silo, update));
        }
    }

    /** Whether any silo had a base to send from again. */
    boolean sendFromFreedBases() {
        boolean any = false;
        for (SiloNode silo : all()) {
            Optional<Long> base = silo.mayTrain() ? silo.freedBase() : Optional.empty();
            base.ifPresent(version -> train(silo, version, Set.of()));
            any |= base.isPresent();
        }
        return any;
    }

    void readAll() {
        for (SiloNode silo : all()) {
            for (Optional<Reader.Place> place = silo.reader().next(world.random);
                    place.isPresent();
                    place = silo.reader().next(world.random)) {
                read(silo, place.get());
            }
        }
    }
}
