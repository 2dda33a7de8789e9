package org.silofold.simulation;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.codec.HeaderCodec;
import org.silofold.silo.chain.ChainTerms;
import org.silofold.silo.member.ChainWatch;
import org.silofold.silo.member.Member;
import org.silofold.silo.member.MemberEffect;

/**
 * A party that may have a seat in the committee: the real rules over a real store in memory, whose bytes can be taken and given back. That
 * is what a crash (the process goes, its last effects unsent) and a restored backup look like. Before the rules see a record it is asked
 * whether its sender may speak and whether the registry is behind it, as where a member reads from Kafka.
 */
final class MemberNode implements AutoCloseable {
    final String name;
    private final Clock clock;
    private Registry registry;
    private MemberMemory memory;
    private Member member;
    private int rejected;
    private int twoManifests;
    private final List<Post.Model> early = new ArrayList<>();

    MemberNode(String name, Registry registry, Clock clock) {
        this.name = name;
        this.registry = registry;
        this.clock = clock;
        open(MemberMemory.EMPTY);
    }

    private void open(byte[] image) {
        memory = MemberMemory.take();
        memory.jump(image);
        Federation federation = registry.federation();
        int number = federation.number(name);
        member = new Member(
                name,
                memory.store(),
                () -> registry.memberView(clock.millis()),
                epoch -> Keys.of(number, epoch),
                new Chain(),
                clock,
                set -> federation.ring().set());
    }

    /** The bytes of its store; it can be given others while it runs, since the process holds nothing that is not in its store. */
    MemberMemory memory() {
        return memory;
    }

    /** Ends the process and starts it on these bytes. It says nothing until {@link #resume}. */
    void restart(byte[] image) {
        close();
        open(image);
    }

    /** To be called once the member has been given its own words. */
    List<MemberEffect> resume() {
        return member.resume();
    }

    List<MemberEffect> tick() {
        List<MemberEffect> effects = new ArrayList<>(member.tick());
        List<Post.Model> waiting = List.copyOf(early);
        early.clear();
        waiting.forEach(post -> effects.addAll(deliver(post)));
        return effects;
    }

    boolean hasSeat() {
        return registry.seats().point(name) > 0;
    }

    /** Whether its own words showed that its store is too old to serve in this epoch. */
    boolean standsAside() {
        return memory.store().standsAside(registry.seats().epoch());
    }

    void see(Registry newer) {
        if (newer.revision() > registry.revision()) {
            registry = newer;
        }
    }

    int rejected() {
        return rejected;
    }

    /** Whether the record names a roster or a policy of which this member has not heard: it waits. */
    boolean isBehind(Post post) {
        if (post instanceof Post.Manifest manifest) {
            return registry.isBehind(manifest.update().core().context());
        } else if (post instanceof Post.Request request) {
            return registry.isBehind(request.request().context());
        } else if (post instanceof Post.Vote vote) {
            return isEpochBehind(vote.vote().context());
        } else if (post instanceof Post.Withdrawal withdrawal) {
            return isEpochBehind(withdrawal.withdrawal().context());
        } else if (post instanceof Post.Broken broken) {
            return isEpochBehind(broken.note().context());
        } else if (post instanceof Post.Model model) {
            return model.manifest().context().policySequence()
                    > registry.terms().sequence();
        }
        return false;
    }

    private boolean isEpochBehind(Context context) {
        return context.rosterEpoch() > registry.seats().epoch();
    }

    /** Gives the member a record; what is rejected has no effects. */
    List<MemberEffect> deliver(Post post) {
        try {
            if (post instanceof Post.Manifest manifest) {
                requireSpeaker(manifest.update().silo());
                return member.onManifest(manifest.update().manifest());
            } else if (post instanceof Post.Vote vote) {
                requireSpeaker(vote.vote().context().sender());
                return member.onVote(verified(vote.vote()));
            } else if (post instanceof Post.Withdrawal withdrawal) {
                requireSpeaker(withdrawal.withdrawal().context().sender());
                return member.onWithdrawal(verified(withdrawal.withdrawal()));
            } else if (post instanceof Post.Request request) {
                return request(request.request());
            } else if (post instanceof Post.Broken broken) {
                return member.onCohortBroken(verified(broken.note()));
            } else if (post instanceof Post.Model model) {
                return model(model);
            }
            return List.of();
        } catch (RejectedException e) {
            rejected++;
            return List.of();
        }
    }

    private void requireSpeaker(String sender) {
        boolean known = registry.seats().silos().contains(sender)
                || registry.seats().committee().contains(sender);
        if (!known) {
            throw new RejectedException(Reason.UNKNOWN_SENDER, sender);
        }
        if (!sender.equals(name) && registry.isBarred(sender, clock.millis())) {
            throw new RejectedException(Reason.REVOKED, sender);
        }
    }

    /** A manifest that is early waits for the ones before it, or for the authority's document. */
    private List<MemberEffect> model(Post.Model model) {
        if (member.isEarly(verified(model))) {
            early.add(model);
            return List.of();
        }
        List<MemberEffect> effects = new ArrayList<>(member.onModelManifest(verified(model)));
        List<Post.Model> waiting = List.copyOf(early);
        early.clear();
        waiting.forEach(post -> effects.addAll(deliver(post)));
        return effects;
    }

    private static SignedRecord<ModelManifest> verified(Post.Model model) {
        return new SignedRecord<>(
                model.manifest(), new byte[0], model.digest(), HeaderCodec.encode(model.manifest()), 0, 0);
    }

    /** Gives the member a response or a promise of its own. */
    void remind(Post own) {
        try {
            if (own instanceof Post.Response response) {
                member.onOwnResponse(verified(response.response()));
            } else if (own instanceof Post.Promise promise) {
                member.onOwnNeverVoted(verified(promise.promise()));
            }
        } catch (RejectedException e) {
            rejected++;
        }
    }

    private List<MemberEffect> request(UnmaskRequest request) {
        if (!registry.isOfEpoch(request.context())) {
            throw new RejectedException(Reason.WRONG_EPOCH, "the request");
        }
        List<MemberEffect> effects = new ArrayList<>();
        for (byte[] refusal : request.abandonments()) {
            effects.addAll(deliver(new Post.Vote(HeaderCodec.decode(UnmaskVote.class, Purpose.UNMASK_VOTE, refusal))));
        }
        effects.addAll(member.onRequest(verified(request)));
        return effects;
    }

    private static <T extends Message> SignedRecord<T> verified(T message) {
        return new SignedRecord<>(message, new byte[0], Digest.ZERO, new byte[0], 0, 0);
    }

    /** Versions of which it was shown two manifests. */
    int twoManifests() {
        return twoManifests;
    }

    /** The registry's terms of the model. */
    private final class Chain implements ChainWatch {
        @Override
        public Optional<ChainTerms> terms(String model, long version, long named) {
            return Optional.of(registry.chainTerms(version));
        }

        @Override
        public void twoManifests(
                String model, long version, Digest firstDigest, byte[] first, Digest secondDigest, byte[] second) {
            twoManifests++;
        }
    }

    @Override
    public void close() {
        memory.giveBack();
    }
}
