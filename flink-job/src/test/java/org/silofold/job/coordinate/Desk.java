package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.silofold.job.coordinate.Federation.Sent;
import org.silofold.job.event.AuditNote;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.CoordinatorEvent.OwnBrokenSeen;
import org.silofold.job.event.CoordinatorEvent.OwnFenceSeen;
import org.silofold.job.event.CoordinatorEvent.OwnManifestSeen;
import org.silofold.job.event.CoordinatorEvent.ReceiptSeen;
import org.silofold.job.event.CoordinatorEvent.RegistryChanged;
import org.silofold.job.event.CoordinatorEvent.ResponseSeen;
import org.silofold.job.event.CoordinatorEvent.Timer;
import org.silofold.job.event.CoordinatorEvent.VoteSeen;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.PublishCommand;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.StartId;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/** A coordinator on a table, step by step: every event also takes its state through the codec. */
final class Desk {
    /** Longer than any of the times that tests let pass, unless they are about it. */
    static final long SILENCE = 1L << 40;

    final Federation federation;
    final Random random = new Random(7);
    final Map<UpdateKey, Sent> sent = new HashMap<>();
    final List<FoldCommand> fold = new ArrayList<>();
    final List<UnmaskRequest> requests = new ArrayList<>();
    final List<UpdateFate> fates = new ArrayList<>();
    final List<AuditNote> audit = new ArrayList<>();
    final List<PublishCommand> publish = new ArrayList<>();
    final List<CohortBroken> broken = new ArrayList<>();
    final List<Buffer> publishAgain = new ArrayList<>();
    final Coordinator coordinator;
    CoordinatorState state = Federation.newState();
    Effects last;
    long now = 1_000_000;
    /** Whether notes on broken cohorts, and confirmations of versions that the log holds, are read back at once. */
    boolean logAnswers = true;
    /** Whether fences that are asked for are written and read back at once. */
    boolean fencesAnswer = true;

    private long sequence;

    Desk(int silos, Federation.Knobs knobs) {
        this(new Federation(silos, knobs, new ToyMask()));
    }

    Desk(Federation federation) {
        this(federation, SILENCE);
    }

    private Desk(Federation federation, long silenceMillis) {
        this.federation = federation;
        this.coordinator = new Coordinator(federation.mask().math(), silenceMillis);
    }

    /** A desk whose version 0 is out. */
    static Desk started(int silos, Federation.Knobs knobs) {
        return started(silos, knobs, SILENCE);
    }

    /** The same, with another transaction timeout. */
    static Desk started(int silos, Federation.Knobs knobs, long silenceMillis) {
        Desk desk = new Desk(new Federation(silos, knobs, new ToyMask()), silenceMillis);
        desk.on(new RegistryChanged(desk.federation.registry()));
        desk.publishLast();
        desk.fold.clear();
        return desk;
    }

    void on(CoordinatorEvent event) {
        state = StateCodec.decode(StateCodec.encode(state));
        last = coordinator.on(state, event, now);
        fold.addAll(last.fold());
        requests.addAll(last.requests());
        fates.addAll(last.fates());
        audit.addAll(last.audit());
        publish.addAll(last.publish());
        broken.addAll(last.broken());
        publishAgain.addAll(last.publishAgain());
        Effects said = last;
        if (last.wakeUpAt().equals(OptionalLong.of(now + 1)) && !(event instanceof Timer)) {
            pass(1);
        }
        if (logAnswers) {
            said.broken().forEach(b -> on(new OwnBrokenSeen(b.buffer(), b.cohortDigest(), b.reason())));
            said.publish().forEach(p -> p.confirmation().ifPresent(this::confirm));
        }
        if (fencesAnswer && said.fence()) {
            String start = "asked for at " + now;
            on(Federation.start(start));
            fences(start);
        }
    }

    /** Both fences of a start are read back. */
    void fences(String start) {
        on(new OwnFenceSeen(start, OwnFenceSeen.Among.REQUESTS));
        on(new OwnFenceSeen(start, OwnFenceSeen.Among.MANIFESTS));
    }

    /** The committee's time passes, and, as nobody answered, once more. */
    void passInVain(long millis) {
        pass(millis);
        assertThat(audited()).contains(AuditEvents.LAST_CALL);
        pass(millis);
    }

    /** Publish found a version of the log to have come out the same. */
    void confirm(StartId confirmation) {
        on(new OwnFenceSeen(confirmation.toString(), OwnFenceSeen.Among.MANIFESTS));
    }

    void pass(long millis) {
        now += millis;
        on(new Timer());
    }

    void publishLast() {
        ModelManifest manifest = lastPublish().manifest(Federation.digest("root"));
        on(new OwnManifestSeen(manifest, digestOf(manifest)));
    }

    static Digest digestOf(ModelManifest manifest) {
        return Federation.digest("manifest " + manifest.version() + manifest.cohort());
    }

    PublishCommand lastPublish() {
        return publish.get(publish.size() - 1);
    }

    UnmaskRequest lastRequest() {
        return requests.get(requests.size() - 1);
    }

    Sent prepare(String silo) {
        long base = state.publishedVersion().orElse(0);
        Digest digest = state.versionDigests().getOrDefault(base, Digest.ZERO);
        return prepare(silo, base, digest);
    }

    Sent prepare(String silo, long base, Digest digest) {
        federation.at(now);
        Sent update = federation.update(silo, ++sequence, base, digest, random);
        sent.put(update.key(), update);
        return update;
    }

    /** Another update of the same silo and base, with a sequence that was used. */
    Sent prepareAgain(Sent other) {
        UpdateManifest.Core core = other.manifest().core();
        federation.at(now);
        Sent update =
                federation.update(other.key().silo(), core.sequence(), core.baseVersion(), core.baseDigest(), random);
        sent.put(update.key(), update);
        return update;
    }

    /** Sends all of an update and has these members accept it. */
    Sent send(String silo, String... members) {
        return send(prepare(silo), members);
    }

    Sent send(Sent update, String... members) {
        update.shards().forEach(this::on);
        on(update.manifest());
        accept(update, members);
        return update;
    }

    void accept(Sent update, String... members) {
        for (String member : members) {
            on(new ReceiptSeen(member, federation.rosterId(), update.ref(), Optional.empty()));
        }
    }

    Sent sendToAll(String silo) {
        return send(silo, federation.names().toArray(String[]::new));
    }

    /** As {@link #sendToAll(String)}, with an expiry in the manifest. */
    Sent sendToAll(String silo, long expiryMillis) {
        return send(prepareUntil(silo, expiryMillis), federation.names().toArray(String[]::new));
    }

    /** An update with an expiry in its manifest. */
    Sent prepareUntil(String silo, long expiryMillis) {
        federation.expireAt(expiryMillis);
        Sent update = prepare(silo);
        federation.expireAt(Federation.FAR);
        return update;
    }

    Digest cohortDigest() {
        UnmaskRequest request = lastRequest();
        return Cohort.of(request.cohort())
                .digest(request.context(), request.buffer(), request.previousManifestDigest());
    }

    void vote(String... members) {
        for (String member : members) {
            on(new VoteSeen(
                    member,
                    federation.rosterId(),
                    lastRequest().buffer(),
                    cohortDigest(),
                    Optional.empty(),
                    List.of(),
                    new byte[] {1}));
        }
    }

    void refuse(Reason reason, List<UpdateRef> inTheWay, String... members) {
        for (String member : members) {
            on(new VoteSeen(
                    member,
                    federation.rosterId(),
                    lastRequest().buffer(),
                    cohortDigest(),
                    Optional.of(reason),
                    inTheWay,
                    member.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        }
    }

    int[] answer(String member) {
        int point = federation.registry().roster().point(member);
        List<int[]> shares = new ArrayList<>();
        for (UpdateRef ref : lastRequest().cohort()) {
            shares.add(sent.get(UpdateKey.of(ref)).shares().get(point));
        }
        return federation.mask().sum(shares);
    }

    void respond(String... members) {
        for (String member : members) {
            respondWith(member, answer(member));
        }
    }

    void respondWith(String member, int[] words) {
        on(new ResponseSeen(member, federation.rosterId(), lastRequest().buffer(), cohortDigest(), words));
    }

    double plainSum() {
        return lastRequest().cohort().stream()
                .mapToDouble(ref -> sent.get(UpdateKey.of(ref)).weight())
                .sum();
    }

    List<String> fatesOf(Sent update) {
        return fates.stream()
                .filter(f -> new UpdateKey(f.silo(), f.updateId()).equals(update.key()))
                .map(f -> f.kind().code() + f.reason().map(r -> " " + r.code()).orElse(""))
                .toList();
    }

    List<String> audited() {
        return audit.stream().map(AuditNote::event).toList();
    }

    List<String> silosOf(UnmaskRequest request) {
        return request.cohort().stream().map(UpdateRef::silo).toList();
    }
}
