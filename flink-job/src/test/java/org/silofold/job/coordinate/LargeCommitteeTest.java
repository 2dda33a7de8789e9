package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.silofold.job.coordinate.Federation.Knobs;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.ParameterSet;

/** Twenty-five members, eight of them liars, with the protocol's own mathematics: more sets of seventeen than anybody tries one by one. */
class LargeCommitteeTest {
    private static final int MEMBERS = 25;
    private static final int LIARS = 8;

    private static Desk certified() {
        Desk desk = new Desk(new Federation(MEMBERS, Knobs.plain(2), new RingMask()));
        desk.on(new org.silofold.job.event.CoordinatorEvent.RegistryChanged(desk.federation.registry()));
        desk.publishLast();
        List<String> members = desk.federation.names();
        String[] enough = members.subList(0, desk.federation.threshold()).toArray(String[]::new);
        desk.send("sa", enough);
        desk.send("sb", enough);
        desk.vote(enough);
        return desk;
    }

    private void lie(Desk desk, String member) {
        int[] words = desk.answer(member);
        for (int i = 0; i < words.length; i++) {
            words[i] = (int) Long.remainderUnsigned(desk.random.nextLong(), ParameterSet.MASK_2048_32.q());
        }
        desk.respondWith(member, words);
    }

    @Test
    void asManyLiarsAsACommitteeBearsStopNothing() {
        assertThat(new CommitteeSize(MEMBERS).faults()).isEqualTo(LIARS);
        Desk desk = certified();
        List<String> members = desk.federation.names();
        List<String> liars = members.subList(3, 3 + LIARS);
        liars.forEach(member -> lie(desk, member));
        members.stream().filter(member -> !liars.contains(member)).forEach(desk::respond);
        assertThat(desk.lastPublish().version()).isEqualTo(1);
        assertThat(desk.lastPublish().sumOfWeights()).isCloseTo(desk.plainSum(), within(1e-4));
        assertThat(desk.state.strikes()).containsOnlyKeys(liars.toArray(String[]::new));
    }
}
