package org.silofold.simulation;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.codec.HeaderCodec;
import org.silofold.silo.chain.ChainTerms;
import org.silofold.silo.member.ChainWatch;
import org.silofold.silo.member.Member;
import org.silofold.silo.member.MemberEffect;
import org.silofold.silo.member.MemberStore;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;

/**
 * A committee member: the real rules over a real store in memory, whose bytes can be taken and given back. That is what a crash (the
 * process goes, its last effects unsent) and a restored backup look like.
 */
final class MemberNode implements AutoCloseable {
    /** An empty store, laid out once: that takes longer than anything a member does. */
    private static final byte[] EMPTY = empty();

    /** Stores that no member uses at the moment: to open and close one takes longer than most runs do with it. */
    private static final Deque<Memory> FREE = new ArrayDeque<>();

    final String name;
    private final Federation federation;
    private final Clock clock;
    private long policySequence = 1;
    private Memory memory;
    private Member member;
    private int rejected;
    private int twoManifests;
    private final List<Post.Model> early = new ArrayList<>();

    MemberNode(String name, Federation federation, Clock clock) {
        this.name = name;
        this.federation = federation;
        this.clock = clock;
        open(EMPTY);
    }

    private static SQLiteConnection memory() {
        try {
            return (SQLiteConnection) new SQLiteConfig().createConnection("jdbc:sqlite::memory:");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] empty() {
        try {
            SQLiteConnection connection = memory();
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA page_size=512");
            }
            try (MemberStore store = MemberStore.over(connection)) {
                store.epoch();
                return connection.serialize("main");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A store in memory that members may use one after the other. */
    private record Memory(SQLiteConnection connection, MemberStore store) {}

    private void open(byte[] image) {
        memory = Optional.ofNullable(FREE.poll()).orElseGet(() -> {
            SQLiteConnection connection = memory();
            return new Memory(connection, MemberStore.over(connection));
        });
        jump(image);
        int seat = federation.committee().indexOf(name) + 1;
        member = new Member(
                name,
                memory.store(),
                () -> federation.memberView(policySequence),
                epoch -> Keys.of(seat),
                new Chain(),
                clock,
                set -> SmallRing.SET);
    }

    /** The store's bytes. */
    byte[] image() {
        try {
            return memory.connection().serialize("main");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    SQLiteConnection connection() {
        return memory.connection();
    }

    /** Gives the store these bytes under the running process, which holds nothing that is not in its store. */
    void jump(byte[] image) {
        try {
            memory.connection().deserialize("main", image);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends the process and starts it on these bytes. It says nothing until {@link #resume}. */
    void restart(byte[] image) {
        close();
        open(image);
    }

    /** To be called once the member has been given its own votes. */
    List<MemberEffect> resume() {
        return member.resume();
    }

    List<MemberEffect> tick() {
        return member.tick();
    }

    long policySequence() {
        return policySequence;
    }

    void seePolicy(long sequence) {
        policySequence = Math.max(policySequence, sequence);
    }

    int rejected() {
        return rejected;
    }

    /** Whether the record names a policy that this member has not heard of: it waits. */
    boolean isBehind(Post post) {
        long named = 0;
        if (post instanceof Post.Manifest manifest) {
            named = manifest.update().core().context().policySequence();
        } else if (post instanceof Post.Request request) {
            named = request.request().context().policySequence();
        }
        return named > policySequence;
    }

    /** Gives the member a record; what it rejects has no effects. */
    List<MemberEffect> deliver(Post post) {
        try {
            if (post instanceof Post.Manifest manifest) {
                return member.onManifest(manifest.update().manifest());
            } else if (post instanceof Post.Vote vote) {
                return member.onVote(verified(vote.vote()));
            } else if (post instanceof Post.Request request) {
                return request(request.request());
            } else if (post instanceof Post.Model model) {
                return model(model);
            }
            return List.of();
        } catch (RejectedException e) {
            rejected++;
            return List.of();
        }
    }

    /** A manifest that is early waits for the ones before it. */
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

    /** Gives the member a response of its own. */
    void remind(Post.Response own) {
        member.onOwnResponse(verified(own.response()));
    }

    private List<MemberEffect> request(UnmaskRequest request) {
        List<MemberEffect> effects = new ArrayList<>();
        for (byte[] refusal : request.abandonments()) {
            effects.addAll(member.onVote(verified(HeaderCodec.decode(UnmaskVote.class, Purpose.UNMASK_VOTE, refusal))));
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
        public Optional<ChainTerms> terms(String model, long version) {
            return Optional.of(new ChainTerms(
                    "simulated",
                    Federation.SPEC_DIGEST,
                    Federation.INITIAL_ROOT,
                    1,
                    policySequence,
                    0,
                    Optional.empty(),
                    Optional.empty()));
        }

        @Override
        public void twoManifests(
                String model, long version, Digest firstDigest, byte[] first, Digest secondDigest, byte[] second) {
            twoManifests++;
        }
    }

    @Override
    public void close() {
        FREE.push(memory);
    }
}
