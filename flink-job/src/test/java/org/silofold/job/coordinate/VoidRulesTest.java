package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.silofold.job.coordinate.Federation.Knobs;
import org.silofold.job.coordinate.Federation.Sent;
import org.silofold.job.event.CoordinatorEvent.OwnManifestSeen;
import org.silofold.job.event.CoordinatorEvent.RegistryChanged;
import org.silofold.job.event.CoordinatorEvent.VoidOrdered;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.VoidOrder;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.registry.Privacy;

class VoidRulesTest {
    private static final Digest DOCUMENT = Federation.digest("void order");
    private final Desk desk = Desk.started(4, Knobs.plain(2));

    private void allow(int voids) {
        desk.federation.allowVoids(voids);
        desk.on(new RegistryChanged(desk.federation.registry()));
    }

    private void order(long version) {
        desk.on(new VoidOrdered(
                new VoidOrder(version, desk.state.versionDigests().get(version - 1), DOCUMENT)));
    }

    @Test
    void onOrderTheNextVersionRepeatsTheParameters() {
        allow(1);
        Digest zero = desk.state.versionDigests().get(0L);
        order(1);
        assertThat(desk.lastPublish().voidVersion()).contains(DOCUMENT);
        assertThat(desk.lastPublish().requiredRoot()).contains(Federation.digest("root"));
        assertThat(desk.lastPublish().cohort()).isEmpty();
        assertThat(desk.lastPublish().sumOfWeights()).isZero();
        assertThat(desk.lastPublish().previousDigest()).isEqualTo(zero);
        desk.publishLast();
        assertThat(desk.state.publishedVersion()).hasValue(1);
        assertThat(desk.fold).hasOnlyElementsOfType(FoldCommand.Carry.class).hasSize(1);
        desk.sendToAll("sa");
        desk.sendToAll("sb");
        assertThat(desk.lastRequest().buffer()).isEqualTo(new Buffer(2, 1));
    }

    @Test
    void aCohortInHandEndsByItsOwnRulesFirst() {
        allow(1);
        Sent a = desk.sendToAll("sa");
        desk.sendToAll("sb");
        order(1);
        assertThat(desk.publish).hasSize(1);
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc");
        assertThat(desk.lastPublish().voidVersion()).isEmpty();
        desk.publishLast();
        assertThat(desk.fatesOf(a)).last().isEqualTo("in-version");
        assertThat(desk.publish).as("the order was for version 1").hasSize(2);
    }

    @Test
    void afterABrokenCohortItGivesItsSilosANewBase() {
        allow(1);
        desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.vote("sa", "sb", "sc");
        order(1);
        desk.respondWith("sa", new int[] {1, 2, 3, 4});
        desk.respondWith("sb", new int[] {5, 2, 3, 4});
        desk.respond("sc", "sd");
        assertThat(desk.lastPublish().voidVersion()).contains(DOCUMENT);
    }

    @Test
    void noMoreInARowThanPolicyAllows() {
        allow(0);
        order(1);
        assertThat(desk.publish).hasSize(1);
        assertThat(desk.audited()).last().isEqualTo(AuditEvents.VOID_REFUSED);
        allow(2);
        for (int version = 1; version <= 2; version++) {
            order(version);
            desk.publishLast();
        }
        assertThat(desk.state.publishedVersion()).hasValue(2);
        order(3);
        assertThat(desk.state.inFlight()).isEmpty();
        desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc");
        desk.publishLast();
        order(4);
        assertThat(desk.lastPublish().voidVersion())
                .as("an opened version began the count anew")
                .isPresent();
    }

    @Test
    void anOrderForAnotherPreviousVersionIsNotFollowed() {
        allow(1);
        desk.on(new VoidOrdered(new VoidOrder(1, Federation.digest("another"), DOCUMENT)));
        assertThat(desk.publish).hasSize(1);
        assertThat(desk.audited()).last().isEqualTo(AuditEvents.VOID_REFUSED);
    }

    @Test
    void anOlderStateAdoptsAVoidVersionOfTheLog() {
        allow(1);
        byte[] before = StateCodec.encode(desk.state);
        order(1);
        ModelManifest manifest = desk.lastPublish().manifest(Federation.digest("root"));
        desk.publish.clear();
        desk.fold.clear();
        desk.state = StateCodec.decode(before);
        Sent a = desk.sendToAll("sa");
        desk.sendToAll("sb");
        assertThat(desk.requests).hasSize(1);
        desk.on(new OwnManifestSeen(manifest, Federation.digest("void")));
        assertThat(desk.lastPublish().published()).contains(Federation.digest("void"));
        assertThat(desk.lastPublish().manifest(Federation.digest("root"))).isEqualTo(manifest);
        assertThat(desk.state.publishedVersion()).hasValue(1);
        assertThat(desk.fold).anyMatch(FoldCommand.Carry.class::isInstance);
        assertThat(desk.fatesOf(a)).last().isEqualTo("spent not-answered");
    }

    @Test
    void whatAnAdoptedVoidVersionSaysIsTheLogsWhateverPolicyCameSince() {
        allow(1);
        byte[] before = StateCodec.encode(desk.state);
        order(1);
        ModelManifest manifest = desk.lastPublish().manifest(Federation.digest("root"));
        desk.publish.clear();
        desk.state = StateCodec.decode(before);
        desk.federation.ask(new Privacy(1, 1, 0, 1000, 1e-6));
        desk.federation.nextPolicy();
        desk.on(new RegistryChanged(desk.federation.registry()));
        desk.on(new OwnManifestSeen(manifest, Federation.digest("void")));
        assertThat(desk.lastPublish().manifest(Federation.digest("root"))).isEqualTo(manifest);
    }
}
