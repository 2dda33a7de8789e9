package org.silofold.job.coordinate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.silofold.fuzz.Oracle;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.CoordinatorEvent.OwnBrokenSeen;
import org.silofold.job.event.CoordinatorEvent.OwnFenceSeen;
import org.silofold.job.event.CoordinatorEvent.OwnManifestSeen;
import org.silofold.job.event.CoordinatorEvent.OwnRequestSeen;
import org.silofold.job.event.CoordinatorEvent.RegistryChanged;
import org.silofold.job.event.CoordinatorEvent.Timer;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.PublishCommand;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.schemas.codec.HeaderCodec;

/**
 * A coordinator with the log that it writes and reads, a fold that follows it and checks that it can, and checkpoints of all three. From
 * one checkpoint to the next the same events must give the same state again. Over all its lives no version has two cohorts and no update is
 * in two versions, as long as nobody else writes its log.
 */
final class CoordinatorUnderTest {
    private static final long BUDGET = 16L << 20;

    /** What a checkpoint holds: the state's bytes, how far the log was read, the fold. */
    private record Checkpoint(byte[] bytes, int requestsRead, int manifestsRead, SimulatedFold fold) {}

    /** What the coordinator was given since the last checkpoint. */
    private record Input(long at, CoordinatorEvent event) {}

    private final Federation federation;
    private final Coordinator coordinator;
    private final List<UnmaskRequest> requests = new ArrayList<>();
    private final List<CoordinatorEvent> requestLog = new ArrayList<>();
    private final List<CoordinatorEvent> manifestLog = new ArrayList<>();
    private final Map<Long, List<UpdateRef>> versions = new HashMap<>();
    private final Set<UpdateKey> published = new HashSet<>();
    private final List<Input> inputs = new ArrayList<>();

    private CoordinatorState state = Federation.newState();
    private SimulatedFold fold = new SimulatedFold();
    private Checkpoint checkpoint = new Checkpoint(StateCodec.encode(state), 0, 0, fold.copy());
    private int requestsRead;
    private int manifestsRead;
    private long now = 1_000_000;
    private int starts;

    /** Nobody but the coordinator itself writes its log; once the log says anything else, cohorts are what it says. */
    private boolean ownLog = true;

    CoordinatorUnderTest(Federation federation) {
        this.federation = federation;
        this.coordinator = new Coordinator(federation.mask().math(), Desk.SILENCE);
        on(new RegistryChanged(federation.registry()));
        Oracle.require(readManifest(), "no version 0");
    }

    CoordinatorState state() {
        return state;
    }

    /** All requests of all its lives, the newest last. */
    List<UnmaskRequest> requests() {
        return requests;
    }

    List<CoordinatorEvent> requestLog() {
        return requestLog;
    }

    List<CoordinatorEvent> manifestLog() {
        return manifestLog;
    }

    /** Gives it the next of its requests, or fences among them; false if it has read them all. */
    boolean readRequest() {
        if (requestsRead == requestLog.size()) {
            return false;
        }
        on(requestLog.get(requestsRead++));
        return true;
    }

    /** Gives it the next of its manifests, notes or fences among them; false if it has read them all. */
    boolean readManifest() {
        if (manifestsRead == manifestLog.size()) {
            return false;
        }
        on(manifestLog.get(manifestsRead++));
        return true;
    }

    /** Somebody else wrote this into its log. */
    void forged(CoordinatorEvent event) {
        ownLog = false;
        on(event);
    }

    void pass(long millis) {
        now += millis;
        on(new Timer());
    }

    /** The state goes through its codec, and the events since the last time give the same state again. */
    void checkpoint() {
        byte[] bytes = StateCodec.encode(state);
        CoordinatorState twin = StateCodec.decode(checkpoint.bytes());
        inputs.forEach(input -> coordinator.on(twin, input.event(), input.at()));
        Oracle.require(Arrays.equals(bytes, StateCodec.encode(twin)), "the same events, another state");
        state = StateCodec.decode(bytes);
        Oracle.require(Arrays.equals(StateCodec.encode(state), bytes), "a state changes on its way through the codec");
        checkpoint = new Checkpoint(bytes, requestsRead, manifestsRead, fold.copy());
        inputs.clear();
    }

    /** The job dies and goes on from the last checkpoint, with its topics from there on again; what it has said since stands in its log. */
    void restore() {
        List<Input> again = inputs.stream()
                .filter(input -> !isOwn(input.event()) && !(input.event() instanceof Timer))
                .toList();
        inputs.clear();
        state = StateCodec.decode(checkpoint.bytes());
        fold = checkpoint.fold().copy();
        requestsRead = checkpoint.requestsRead();
        manifestsRead = checkpoint.manifestsRead();
        start();
        again.forEach(input -> on(input.event()));
    }

    private static boolean isOwn(CoordinatorEvent event) {
        return event instanceof OwnRequestSeen
                || event instanceof OwnManifestSeen
                || event instanceof OwnBrokenSeen
                || event instanceof OwnFenceSeen
                || event instanceof CoordinatorEvent.Started;
    }

    /** It starts, and reads its log to where it began in its own time. */
    private void start() {
        String id = "start " + ++starts;
        on(Federation.start(id));
        requestLog.add(new OwnFenceSeen(id, OwnFenceSeen.Among.REQUESTS));
        manifestLog.add(new OwnFenceSeen(id, OwnFenceSeen.Among.MANIFESTS));
    }

    void on(CoordinatorEvent event) {
        long at = now;
        inputs.add(new Input(at, event));
        Effects effects = Oracle.event(BUDGET, () -> coordinator.on(state, event, at));
        follow(effects);
        if (effects.fence()) {
            start();
        }
        if (effects.wakeUpAt().isPresent() && effects.wakeUpAt().getAsLong() == at + 1) {
            now = at + 1;
            on(new Timer());
        }
    }

    private void follow(Effects effects) {
        effects.wakeUpAt().ifPresent(at -> Oracle.require(at > now, "woken in the past"));
        if (ownLog) {
            for (FoldCommand command : effects.fold()) {
                fold.apply(command);
            }
        }
        for (UnmaskRequest request : effects.requests()) {
            HeaderCodec.encode(request);
            // A cohort that the log hands over is asked for as it is; members refuse what they must.
            Oracle.require(
                    !ownLog || request.cohort().size() >= federation.knobs().minCohort(), "a cohort below the minimum");
            long silos =
                    request.cohort().stream().map(UpdateRef::silo).distinct().count();
            Oracle.require(silos == request.cohort().size(), "two updates of one silo in a cohort");
            requests.add(request);
            requestLog.add(new OwnRequestSeen(request));
        }
        effects.fates().forEach(HeaderCodec::encode);
        for (CohortBroken note : effects.broken()) {
            HeaderCodec.encode(note);
            manifestLog.add(new OwnBrokenSeen(note.buffer(), note.cohortDigest(), note.reason()));
        }
        effects.publish().forEach(this::publish);
    }

    private void publish(PublishCommand command) {
        if (ownLog) {
            fold.publish(command);
        }
        if (command.confirmation().isPresent()) {
            manifestLog.add(new OwnFenceSeen(command.confirmation().get().toString(), OwnFenceSeen.Among.MANIFESTS));
            return;
        }
        ModelManifest manifest = command.manifest(Federation.digest("root " + command.version()));
        HeaderCodec.encode(manifest);
        manifestLog.add(new OwnManifestSeen(manifest, Desk.digestOf(manifest)));
        if (ownLog) {
            Optional<List<UpdateRef>> before = Optional.ofNullable(versions.put(command.version(), command.cohort()));
            Oracle.require(before.isEmpty(), "a version is published twice");
            for (UpdateRef ref : command.cohort()) {
                Oracle.require(published.add(UpdateKey.of(ref)), "an update is in two versions");
            }
        }
    }
}
