package org.silofold.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.job.event.TimeSpan;
import org.silofold.job.event.VoidOrder;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.params.CommitteeSize;

/** The authority: signs new policies and rosters, bars parties and lets them back, orders void versions. */
final class Authority {
    private static final long LONGEST_SUSPENSION = 6_000;

    private final Random random;
    private final Set<String> liars;
    private final SortedMap<Integer, Registry.Seats> rosters = new TreeMap<>();
    private final List<Registry> all = new ArrayList<>();

    /** @param liars malicious members: no committee may have more than f of them */
    Authority(Registry first, Random random, Set<String> liars) {
        this.random = random;
        this.liars = liars;
        sign(first);
    }

    private void sign(Registry registry) {
        all.add(registry);
        rosters.put(registry.seats().epoch(), registry.seats());
    }

    Registry newest() {
        return all.get(all.size() - 1);
    }

    /** The newest, or one of those before it. */
    Registry someOld() {
        return all.get(random.nextInt(all.size()));
    }

    Registry.Seats seats(int epoch) {
        return rosters.get(epoch);
    }

    private void sign(
            Registry.Seats seats,
            Registry.Terms terms,
            SortedMap<String, TimeSpan> barred,
            SortedMap<Long, VoidOrder> voids) {
        Registry before = newest();
        sign(new Registry(before.federation(), before.revision() + 1, seats, terms, barred, voids));
    }

    /** Terms that the first policy, or another one, may have. */
    static Registry.Terms terms(Random random, long sequence, int minCohort, int faults) {
        return new Registry.Terms(
                sequence,
                minCohort + random.nextInt(2),
                1 + random.nextInt(2),
                random.nextInt(faults + 1),
                random.nextInt(2),
                random.nextInt(4),
                1 + random.nextInt(2));
    }

    void newPolicy() {
        Registry now = newest();
        int faults = now.seats().size().faults();
        Registry.Terms terms =
                terms(random, now.terms().sequence() + 1, now.federation().minCohort(), faults);
        sign(now.seats(), terms, now.barred(), now.voids());
    }

    /** A new epoch; whether its committee is another. */
    boolean newRoster() {
        Registry now = newest();
        List<String> committee = random.nextInt(100) < 40
                ? now.seats().committee()
                : committee(now.federation().silos());
        List<String> silos = new ArrayList<>(now.federation().silos());
        if (random.nextInt(100) < 20) {
            List<String> others = new ArrayList<>(silos);
            others.removeAll(committee);
            if (!others.isEmpty()) {
                silos.remove(others.get(random.nextInt(others.size())));
            }
        }
        Registry.Seats seats = new Registry.Seats(now.seats().epoch() + 1, List.copyOf(silos), List.copyOf(committee));
        sign(seats, now.terms(), now.barred(), now.voids());
        return !committee.equals(now.seats().committee());
    }

    private List<String> committee(List<String> silos) {
        List<String> shuffled = new ArrayList<>(silos);
        Collections.shuffle(shuffled, random);
        List<Integer> sizes =
                Scenario.SIZES.stream().filter(size -> size <= silos.size()).toList();
        int size = sizes.get(random.nextInt(sizes.size()));
        List<String> committee = new ArrayList<>();
        int left = new CommitteeSize(size).faults();
        for (String silo : shuffled) {
            boolean lies = liars.contains(silo);
            if (committee.size() < size && (!lies || left > 0)) {
                committee.add(silo);
                left -= lies ? 1 : 0;
            }
        }
        return committee.size() == size ? committee : newest().seats().committee();
    }

    /** Bars a party from now on: for a while, or for good. */
    void bar(String party, long now, boolean forGood) {
        long until = forGood ? Long.MAX_VALUE : now + 1 + random.nextInt((int) LONGEST_SUSPENSION);
        bar(party, new TimeSpan(now, until));
    }

    private void bar(String party, TimeSpan span) {
        SortedMap<String, TimeSpan> barred = new TreeMap<>(newest().barred());
        barred.put(party, span);
        sign(newest().seats(), newest().terms(), barred, newest().voids());
    }

    /** Lets somebody back who is barred now: by a revocation that ends when it begins. */
    boolean reinstate(long now) {
        Optional<String> party = newest().barred().keySet().stream()
                .filter(name -> newest().isBarred(name, now))
                .findFirst();
        party.ifPresent(name -> bar(name, new TimeSpan(now, now)));
        return party.isPresent();
    }

    void orderVoid(long version, Digest previous) {
        SortedMap<Long, VoidOrder> voids = new TreeMap<>(newest().voids());
        Digest document = Federation.digest("void " + version + "/" + newest().revision());
        voids.put(version, new VoidOrder(version, previous, document));
        sign(newest().seats(), newest().terms(), newest().barred(), voids);
    }
}
