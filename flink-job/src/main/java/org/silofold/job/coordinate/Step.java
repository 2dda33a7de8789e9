package org.silofold.job.coordinate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.silofold.job.event.AuditNote;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.ModelRegistry;
import org.silofold.job.event.PublishCommand;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.reason.Reason;

/** The handling of one event: the state it changes, the time it happens at, and what has been decided so far. */
final class Step {
    private final CoordinatorState state;
    private final long nowMillis;
    private final MaskMath math;
    private final List<FoldCommand> fold = new ArrayList<>();
    private final List<UnmaskRequest> requests = new ArrayList<>();
    private final List<UpdateFate> fates = new ArrayList<>();
    private final List<AuditNote> audit = new ArrayList<>();
    private final List<PublishCommand> publish = new ArrayList<>();
    private final List<Buffer> publishAgain = new ArrayList<>();
    private final List<CohortBroken> broken = new ArrayList<>();
    private boolean fence;

    Step(CoordinatorState state, long nowMillis, MaskMath math) {
        this.state = state;
        this.nowMillis = nowMillis;
        this.math = math;
    }

    CoordinatorState state() {
        return state;
    }

    long now() {
        return nowMillis;
    }

    MaskMath math() {
        return math;
    }

    /** The registry; rules that need it run only once it is there. */
    ModelRegistry registry() {
        return state.registry().orElseThrow(() -> new IllegalStateException("no registry yet"));
    }

    void fold(FoldCommand command) {
        fold.add(command);
    }

    void request(UnmaskRequest request) {
        requests.add(request);
    }

    void publish(PublishCommand command) {
        publish.add(command);
    }

    void publishAgain(Buffer attempt) {
        publishAgain.add(attempt);
    }

    /** Asks for fences. */
    void fence() {
        fence = true;
    }

    void broken(CohortBroken message) {
        broken.add(message);
    }

    void fate(UpdateKey update, UpdateFate.Kind kind, Optional<Reason> reason, long version) {
        fates.add(new UpdateFate(
                registry().context().withPurpose(Purpose.UPDATE_FATE),
                update.silo(),
                update.updateId(),
                kind,
                reason,
                version));
    }

    /** Notes a decision; details come as name, value, name, value... */
    void audit(String event, String... namesAndValues) {
        TreeMap<String, String> details = new TreeMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            details.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        audit.add(new AuditNote(event, details));
    }

    Effects effects(OptionalLong wakeUpAt) {
        return new Effects(fold, requests, fates, audit, publish, publishAgain, broken, fence, wakeUpAt);
    }
}
