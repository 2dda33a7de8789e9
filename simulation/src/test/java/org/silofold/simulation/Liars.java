package org.silofold.simulation;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;

/** What malicious members do besides running their program: answer twice, answer wrongly, keep silent, lie about shares, break promises. */
final class Liars {
    private final World world;

    Liars(World world) {
        this.world = world;
    }

    /** What becomes of what a liar's own program says: nothing, or something else. */
    Optional<Post> instead(Post post) {
        if (world.chance(15)) {
            return Optional.empty();
        }
        if (post instanceof Post.Receipt receipt && world.chance(20)) {
            Optional<Reason> other =
                    receipt.refused().isPresent() ? Optional.empty() : Optional.of(Reason.SHARE_CHECK_FAILED);
            return Optional.of(new Post.Receipt(receipt.context(), receipt.update(), other));
        }
        if (post instanceof Post.Response response && world.chance(40)) {
            return Optional.of(garbage(response));
        }
        return Optional.of(post);
    }

    private Post garbage(Post.Response response) {
        int[] words = response.words().clone();
        words[world.random.nextInt(words.length)] ^= 1;
        return new Post.Response(response.response(), words);
    }

    /** Says something about a cohort that was asked for, or about an update that is wanted back, to all or to some. */
    void act(String liar) {
        if (world.chance(25)) {
            promise(liar);
            return;
        }
        List<Network.Entry> requests = world.network.topic(Network.REQUESTS);
        if (requests.isEmpty() || !(world.random(requests).post() instanceof Post.Request asked)) {
            return;
        }
        Digest digest = Ledger.digest(asked.request());
        Buffer buffer = asked.request().buffer();
        Context asks = asked.request().context();
        if (world.chance(20)) {
            ParameterSet set = world.federation.ring().set();
            int[] words = world.random
                    .longs(set.n(), 0, set.q())
                    .mapToInt(word -> (int) word)
                    .toArray();
            UnmaskResponse header = new UnmaskResponse(
                    asks.withSender(liar).withPurpose(Purpose.UNMASK_RESPONSE),
                    buffer,
                    digest,
                    Digest.sha256(Words.toBytes(words)));
            say(Network.responses(liar), new Post.Response(header, words));
            return;
        }
        boolean refuses = world.chance(50);
        List<UpdateRef> inTheWay =
                refuses ? List.of(world.random(asked.request().cohort())) : List.of();
        UnmaskVote vote = new UnmaskVote(
                asks.withSender(liar).withPurpose(Purpose.UNMASK_VOTE),
                buffer,
                digest,
                refuses ? Optional.of(Reason.SHARES_NOT_ACCEPTED) : Optional.empty(),
                inTheWay);
        world.ledger.voted(vote);
        say(Network.votes(liar), new Post.Vote(vote));
    }

    /** Promises never to vote for an update, whatever it voted for. */
    private void promise(String liar) {
        List<Network.Entry> withdrawals =
                world.network.topic(Network.withdrawals(world.random(world.federation.silos())));
        if (!withdrawals.isEmpty() && world.random(withdrawals).post() instanceof Post.Withdrawal wanted) {
            Context context = wanted.withdrawal().context().withSender(liar).withPurpose(Purpose.NEVER_VOTED);
            NeverVoted promise =
                    new NeverVoted(context, List.of(wanted.withdrawal().update()));
            say(Network.neverVoted(liar), new Post.Promise(promise));
        }
    }

    private void say(String topic, Post post) {
        world.happens(Happening.LIE);
        Set<String> hiddenFrom = world.federation.silos().stream()
                .filter(name -> world.chance(40))
                .collect(Collectors.toSet());
        if (world.chance(20)) {
            hiddenFrom.add(Federation.AGGREGATOR);
        }
        world.network.write(topic, post, hiddenFrom);
    }
}
