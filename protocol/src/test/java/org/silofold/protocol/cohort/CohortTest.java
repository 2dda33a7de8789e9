package org.silofold.protocol.cohort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.envelope.LengthPrefixed;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

class CohortTest {
    private static final Digest ROSTER = digest(1);
    private static final Digest PREVIOUS = digest(2);
    private static final Buffer BUFFER = new Buffer(7, 1);

    @Property(seed = "6", tries = 200)
    void orderDoesNotMatter(@ForAll long seed) {
        List<UpdateRef> shuffled = new ArrayList<>(refs());
        Collections.shuffle(shuffled, new Random(seed));
        Cohort cohort = Cohort.of(shuffled);
        assertThat(cohort).isEqualTo(Cohort.of(refs()));
        assertThat(cohort.updates()).isSortedAccordingTo(Cohort.ORDER);
        assertThat(cohort.digest(context(), BUFFER, PREVIOUS))
                .isEqualTo(Cohort.of(refs()).digest(context(), BUFFER, PREVIOUS));
    }

    @Test
    void sortsSilosByTheirUtf8Bytes() {
        // As UTF-16 the second would come before the first.
        UpdateRef first = new UpdateRef("\uff5e", id(1), ROSTER);
        UpdateRef second = new UpdateRef("\ud83d\ude00", id(1), ROSTER);
        assertThat("\uff5e".compareTo("\ud83d\ude00")).isPositive();
        assertThat(Cohort.of(List.of(second, first)).updates()).containsExactly(first, second);
    }

    @Test
    void refusesAnUpdateListedTwiceAndAListOutOfOrder() {
        UpdateRef twice = new UpdateRef("north", id(1), digest(9));
        refused(() -> Cohort.of(List.of(refs().get(0), twice, twice)));
        refused(() -> Cohort.of(List.of(twice, new UpdateRef("north", id(1), digest(8)))));
        List<UpdateRef> sorted = Cohort.of(refs()).updates();
        List<UpdateRef> reversed = new ArrayList<>(sorted);
        Collections.reverse(reversed);
        refused(() -> new Cohort(reversed));
        assertThat(new Cohort(sorted)).isEqualTo(Cohort.of(refs()));
    }

    @Test
    void sameIdOfTwoSilosIsTwoUpdates() {
        Cohort cohort =
                Cohort.of(List.of(new UpdateRef("south", id(1), digest(9)), new UpdateRef("north", id(1), digest(9))));
        assertThat(cohort.size()).isEqualTo(2);
    }

    @Test
    void digestIsAsThePageSays() {
        UpdateRef ref = new UpdateRef("north", id(3), digest(4));
        byte[] fields = new LengthPrefixed()
                .text("silofold/v1/cohort")
                .text("hospitals")
                .int32(3)
                .bytes(ROSTER.toBytes())
                .text("heart")
                .int64(7)
                .int32(1)
                .bytes(PREVIOUS.toBytes())
                .int32(1)
                .text("north")
                .bytes(id(3).toBytes())
                .bytes(digest(4).toBytes())
                .toBytes();
        assertThat(Cohort.of(List.of(ref)).digest(context(), BUFFER, PREVIOUS)).isEqualTo(Digest.sha256(fields));
    }

    @Test
    void digestChangesWithEveryFieldItCovers() {
        Context c = context();
        Cohort cohort = Cohort.of(refs());
        Set<Digest> seen = new HashSet<>();
        List<Digest> all = new ArrayList<>();
        all.add(cohort.digest(c, BUFFER, PREVIOUS));
        all.add(cohort.digest(in("banks", 3, ROSTER, "heart"), BUFFER, PREVIOUS));
        all.add(cohort.digest(in("hospitals", 4, ROSTER, "heart"), BUFFER, PREVIOUS));
        all.add(cohort.digest(in("hospitals", 3, digest(5), "heart"), BUFFER, PREVIOUS));
        all.add(cohort.digest(in("hospitals", 3, ROSTER, "lung"), BUFFER, PREVIOUS));
        all.add(cohort.digest(c, new Buffer(8, 1), PREVIOUS));
        all.add(cohort.digest(c, new Buffer(7, 2), PREVIOUS));
        all.add(cohort.digest(c, BUFFER, digest(6)));
        for (int i = 0; i < refs().size(); i++) {
            UpdateRef ref = refs().get(i);
            all.add(with(i, new UpdateRef(ref.silo() + "-x", ref.updateId(), ref.manifestDigest())));
            all.add(with(i, new UpdateRef(ref.silo(), id(77), ref.manifestDigest())));
            all.add(with(i, new UpdateRef(ref.silo(), ref.updateId(), digest(78))));
            List<UpdateRef> fewer = new ArrayList<>(refs());
            fewer.remove(i);
            all.add(Cohort.of(fewer).digest(c, BUFFER, PREVIOUS));
        }
        seen.addAll(all);
        assertThat(seen).hasSameSizeAs(all);
    }

    /** A repeated request is the same cohort: neither who asks, nor for what, nor under which policy sequence counts. */
    @Test
    void digestLeavesOutSenderPurposeAndPolicy() {
        Context c = context();
        Context other = new Context(1, c.suite(), "hospitals", 3, ROSTER, 99, "heart", "someone", Purpose.UNMASK_VOTE);
        Cohort cohort = Cohort.of(refs());
        assertThat(cohort.digest(other, BUFFER, PREVIOUS)).isEqualTo(cohort.digest(c, BUFFER, PREVIOUS));
    }

    private static Digest with(int index, UpdateRef ref) {
        List<UpdateRef> changed = new ArrayList<>(refs());
        changed.set(index, ref);
        return Cohort.of(changed).digest(context(), BUFFER, PREVIOUS);
    }

    private static List<UpdateRef> refs() {
        return List.of(
                new UpdateRef("north", id(2), digest(12)),
                new UpdateRef("south", id(1), digest(11)),
                new UpdateRef("east", id(3), digest(13)),
                new UpdateRef("north", id(200), digest(14)));
    }

    private static Context context() {
        return in("hospitals", 3, ROSTER, "heart");
    }

    private static Context in(String federation, int epoch, Digest roster, String model) {
        return new Context(
                1,
                Suite.ML_KEM_768_ML_DSA_65.text(),
                federation,
                epoch,
                roster,
                5,
                model,
                "aggregator",
                Purpose.UNMASK_REQUEST);
    }

    private static UpdateId id(int i) {
        byte[] bytes = new byte[UpdateId.LENGTH];
        bytes[0] = (byte) i;
        return UpdateId.of(bytes);
    }

    private static Digest digest(int i) {
        return Digest.sha256(new byte[] {(byte) i});
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.reason())
                .isEqualTo(Reason.INVALID_FIELD));
    }
}
