package org.silofold.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.silo.member.MemberEffect;

/** What the parties do as members of the committee: whoever has no seat does nothing, and starts anew once it gets one. */
final class MemberSide {
    private final World world;
    private final Map<String, MemberNode> members = new LinkedHashMap<>();
    private final Map<String, Reader> readers = new LinkedHashMap<>();
    private final Map<String, List<byte[]>> images = new HashMap<>();
    private final Set<String> offline = new HashSet<>();
    private Optional<String> forgotten = Optional.empty();

    MemberSide(World world, Clock clock) {
        this.world = world;
        Federation federation = world.federation;
        List<String> topics = new ArrayList<>(List.of(Network.REQUESTS, Network.MODELS));
        for (String party : federation.silos()) {
            topics.add(Network.manifests(party));
            topics.add(Network.withdrawals(party));
            topics.add(Network.votes(party));
        }
        for (String name : federation.silos()) {
            MemberNode member = new MemberNode(name, world.authority.newest(), clock);
            members.put(name, member);
            readers.put(name, new Reader(name, world.network, topics));
            images.put(name, new ArrayList<>());
            if (member.hasSeat()) {
                member.resume();
            }
        }
        List<String> committee = federation.firstCommittee();
        if (world.chance(10) && committee.size() > 3) {
            offline.add(world.random(committee));
        }
    }

    /** Has all members forget rows of their memory after everything they do: see {@link MemberMemory#forget}. */
    void forget(String rows) {
        forgotten = Optional.of(rows);
    }

    MemberNode node(String name) {
        return members.get(name);
    }

    private void see(MemberNode member) {
        boolean hadSeat = member.hasSeat();
        member.see(world.authority.newest());
        if (!hadSeat && member.hasSeat()) {
            restart(member, readers.get(member.name), member.memory().image(), true);
        }
    }

    void read(String name) {
        if (offline.contains(name)) {
            return;
        }
        MemberNode member = members.get(name);
        if (world.chance(10)) {
            see(member);
        }
        Reader reader = readers.get(name);
        if (world.fault(10)) {
            reader.rewind(world.random, 1 + world.random.nextInt(3));
        }
        for (int i = world.random.nextInt(4); i >= 0 && member.hasSeat(); i--) {
            Optional<Reader.Place> place = reader.next(world.random);
            if (place.isPresent() && !read(member, reader, place.get())) {
                see(member);
            }
        }
    }

    /** False if the record has to wait for the registry. */
    private boolean read(MemberNode member, Reader reader, Reader.Place place) {
        if (member.isBehind(place.post())) {
            return false;
        }
        List<MemberEffect> effects = member.deliver(place.post());
        forgotten.ifPresent(member.memory()::forget);
        if (world.fault(3)) {
            // The process ends with some of its effects unsent, and its place in the topic not saved.
            world.happens(Happening.MEMBER_CRASH);
            send(member, effects.subList(0, world.random.nextInt(effects.size() + 1)));
            restart(member, reader, member.memory().image(), true);
            return true;
        }
        send(member, effects);
        reader.done(place);
        if (world.random.nextInt(20) == 0) {
            images.get(member.name).add(member.memory().image());
        }
        return true;
    }

    void tick(String name) {
        MemberNode member = members.get(name);
        if (!offline.contains(name)) {
            see(member);
            if (member.hasSeat()) {
                send(member, member.tick());
            }
        }
    }

    /** A member starts anew, as it was or, more rarely, from a backup: then its own words tell it so. A liar does not look at them. */
    void restart(String name) {
        MemberNode member = members.get(name);
        if (!member.hasSeat()) {
            return;
        }
        List<byte[]> backups = images.get(name);
        boolean backup = !backups.isEmpty() && world.chance(30);
        world.happens(backup ? Happening.MEMBER_FROM_BACKUP : Happening.MEMBER_RESTART);
        byte[] image = backup ? world.random(backups) : member.memory().image();
        Reader reader = readers.get(name);
        if (backup) {
            reader = new Reader(name, world.network, reader.topics());
            readers.put(name, reader);
        }
        restart(member, reader, image, !world.scenario.liars().contains(name) || world.chance(50));
    }

    private void restart(MemberNode member, Reader reader, byte[] image, boolean looksAtOwnWords) {
        member.restart(image);
        member.see(world.authority.newest());
        if (!member.hasSeat()) {
            return;
        }
        String own = Network.votes(member.name);
        Optional<Reader.Place> place = looksAtOwnWords ? reader.next(own) : Optional.empty();
        while (place.isPresent()) {
            send(member, member.deliver(place.get().post()));
            reader.done(place.get());
            place = reader.next(own);
        }
        if (looksAtOwnWords) {
            for (String topic : List.of(Network.responses(member.name), Network.neverVoted(member.name))) {
                world.network.topic(topic).forEach(entry -> member.remind(entry.post()));
            }
        }
        send(member, member.resume());
    }

    /** Writes what a member says to its topics. What a liar's own program says may be changed or kept back. */
    private void send(MemberNode member, List<MemberEffect> effects) {
        String name = member.name;
        ParameterSet set = world.federation.ring().set();
        for (MemberEffect effect : effects) {
            if (effect instanceof MemberEffect.SendReceipt receipt) {
                Post.Receipt post = new Post.Receipt(
                        receipt.context(),
                        receipt.entry().update(),
                        receipt.entry().refused());
                world.write(Network.receipts(name), post, name);
            } else if (effect instanceof MemberEffect.SendVote vote) {
                world.write(Network.votes(name), new Post.Vote(vote.vote()), name);
            } else if (effect instanceof MemberEffect.SendNeverVoted never) {
                NeverVoted promise = new NeverVoted(never.context(), List.of(never.update()));
                world.write(Network.neverVoted(name), new Post.Promise(promise), name);
            } else if (effect instanceof MemberEffect.SendResponse response) {
                int[] words = Words.read(set, response.words(), 0, set.n());
                world.write(Network.responses(name), new Post.Response(response.response(), words), name);
            }
        }
    }

    /** An honest member's response is the sum of its shares. */
    void checkSum(String member, Post.Response response) {
        if (!world.scenario.liars().contains(member)) {
            Ledger.Asked asked = world.ledger.cohorts().get(response.response().cohortDigest());
            int seat = asked.seats().point(member) - 1;
            List<int[]> shares = asked.cohort().stream()
                    .map(ref -> world.manifests.get(ref).shares().get(seat))
                    .toList();
            assertThat(response.words())
                    .isEqualTo(SimulatedRing.sum(world.federation.ring().set(), shares));
        }
    }

    /** Everybody is there and knows the registry. */
    void heal() {
        offline.clear();
        members.values().forEach(this::see);
    }

    /** Has all members read all there is; whether there was anything. */
    boolean readAll() {
        boolean any = false;
        for (MemberNode member : members.values()) {
            Reader reader = readers.get(member.name);
            Optional<Reader.Place> place = member.hasSeat() ? reader.next(world.random) : Optional.empty();
            while (place.isPresent()) {
                read(member, reader, place.get());
                any = true;
                place = reader.next(world.random);
            }
        }
        return any;
    }

    void close() {
        members.values().forEach(MemberNode::close);
    }
}
