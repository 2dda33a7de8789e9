package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.silofold.job.coordinate.Federation.Knobs;
import org.silofold.job.event.CoordinatorEvent.RegistryChanged;
import org.silofold.job.event.FoldCommand;
import org.silofold.protocol.mask.PublicElements;
import org.silofold.protocol.mask.Ring;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.share.Shamir;

/**
 * One of four members, and f is one, adds an error to its answer that the canaries of the meta block do not see: a is public and invertible,
 * so the error can be chosen to show in an unused slot alone. The canary blocks see it, and the answer is left out.
 */
class CraftedResponseTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;

    private static Desk certified() {
        Desk desk = new Desk(new Federation(4, Knobs.plain(2), new RingMask()));
        desk.on(new RegistryChanged(desk.federation.registry()));
        desk.publishLast();
        desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.vote("sa", "sb", "sc");
        return desk;
    }

    /** The sum of shares, plus 12 X^1000 / a_meta: whatever set the answer is interpolated in, a small number in an unused slot. */
    private static int[] crafted(Desk desk, String member) {
        Ring ring = Ring.of(SET);
        Context context = desk.federation.registry().context();
        long parameters = desk.federation.registry().spec().parameterCount();
        int[] a = new int[SET.n()];
        PublicElements.of(SET, context.federation(), context.model(), context.rosterEpoch())
                .expand(new ShardLayout(SET, parameters).metaBlock(), a);
        int[] error = new int[SET.n()];
        error[1000] = 12;
        ring.forward(error);
        for (int i = 0; i < error.length; i++) {
            error[i] = ring.multiply(error[i], (int) ring.pow(Integer.toUnsignedLong(a[i]), SET.q() - 2));
        }
        ring.inverse(error);
        int[] words = desk.answer(member);
        for (int i = 0; i < words.length; i++) {
            words[i] = ring.add(words[i], error[i]);
        }
        return words;
    }

    private static int[] secretSum(Desk desk) {
        SortedMap<Integer, int[]> right = new TreeMap<>();
        right.put(2, desk.answer("sb"));
        right.put(3, desk.answer("sc"));
        right.put(4, desk.answer("sd"));
        return Shamir.interpolateAtZero(SET, right);
    }

    @Test
    void threeAnswersOfWhichOneIsCraftedOpenNothing() {
        Desk desk = certified();
        desk.respondWith("sa", crafted(desk, "sa"));
        desk.respond("sb", "sc");
        assertThat(desk.fold).noneMatch(FoldCommand.Open.class::isInstance);
        desk.respond("sd");
        opensWithTheRightSum(desk);
    }

    @Test
    void allFourAnswersOpenTheCohort() {
        Desk desk = certified();
        desk.respond("sb", "sc");
        desk.respondWith("sa", crafted(desk, "sa"));
        desk.respond("sd");
        opensWithTheRightSum(desk);
    }

    private static void opensWithTheRightSum(Desk desk) {
        assertThat(desk.audited()).doesNotContain(AuditEvents.COHORT_BROKEN).contains(AuditEvents.WRONG_RESPONSE);
        assertThat(desk.fold)
                .filteredOn(FoldCommand.Open.class::isInstance)
                .singleElement()
                .satisfies(open ->
                        assertThat(((FoldCommand.Open) open).secretSum()).isEqualTo(secretSum(desk)));
    }
}
