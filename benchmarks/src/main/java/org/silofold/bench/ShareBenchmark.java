package org.silofold.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.share.Dealer;
import org.silofold.protocol.share.Dealing;
import org.silofold.protocol.share.ShareCheck;
import org.silofold.protocol.share.SharePacket;

/** The mask secret's sharing among four members, once an update whatever its size. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ShareBenchmark {
    private static final CommitteeSize COMMITTEE = new CommitteeSize(4);

    private final Digest coreDigest = Digest.sha256(new byte[] {3});
    private Federation federation;
    private MaskSecret secret;
    private Dealing dealing;
    private int[][] answer;
    private SharePacket packet;

    /** Deals once, for the check. */
    @Setup
    public void setUp() {
        federation = new Federation();
        secret = MaskSecret.fresh(Federation.SET, federation.random);
        dealing = Dealer.deal(Federation.SET, COMMITTEE, federation.updateId, secret, federation.random);
        answer = dealing.checkPolynomials(coreDigest);
        packet = dealing.packets().get(2);
    }

    /** Polynomials, four packets and their commitments. */
    @Benchmark
    public int deal() {
        try (Dealing fresh = Dealer.deal(Federation.SET, COMMITTEE, federation.updateId, secret, federation.random)) {
            return fresh.packets().size();
        }
    }

    /** The dealer's answer to the share check's challenge. */
    @Benchmark
    public int[][] answerChallenge() {
        return dealing.checkPolynomials(coreDigest);
    }

    /** A member's check of its packet. */
    @Benchmark
    public SharePacket checkShare() {
        ShareCheck.verify(
                Federation.SET, COMMITTEE, federation.updateId, coreDigest, dealing.commitments(), answer, packet);
        return packet;
    }
}
