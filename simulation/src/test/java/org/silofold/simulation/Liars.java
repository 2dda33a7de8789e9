package org.silofold.simulation;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/** What malicious members do besides running their program: answer twice, answer wrongly, keep silent, lie about shares. */
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
            return Optional.of(new Post.Receipt(receipt.member(), receipt.update(), other));
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

    /** Says something about a cohort that was asked for, to all or to some. */
    void act(String liar) {
        List<Network.Entry> requests = world.network.topic(Network.REQUESTS);
        if (requests.isEmpty() || !(world.random(requests).post() instanceof Post.Request asked)) {
            return;
        }
        Digest digest = Ledger.digest(asked.request());
        Buffer buffer = asked.request().buffer();
        if (world.chance(20)) {
            int[] words = world.random
                    .ints(SmallRing.SET.n(), 0, (int) SmallRing.SET.q())
                    .toArray();
            UnmaskResponse header = new UnmaskResponse(
                    Federation.context(liar, Purpose.UNMASK_RESPONSE, 1),
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
                Federation.context(liar, Purpose.UNMASK_VOTE, 1),
                buffer,
                digest,
                refuses ? Optional.of(Reason.SHARES_NOT_ACCEPTED) : Optional.empty(),
                inTheWay);
        world.ledger.voted(vote);
        say(Network.votes(liar), new Post.Vote(vote));
    }

    private void say(String topic, Post post) {
        Set<String> hiddenFrom = world.federation.committee().stream()
                .filter(name -> world.chance(40))
                .collect(Collectors.toSet());
        if (world.chance(20)) {
            hiddenFrom.add(Federation.AGGREGATOR);
        }
        world.network.write(topic, post, hiddenFrom);
    }
}
