package org.silofold.job.coordinate;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.CoordinatorEvent.ManifestSeen;
import org.silofold.job.event.CoordinatorEvent.OwnBrokenSeen;
import org.silofold.job.event.CoordinatorEvent.OwnFenceSeen;
import org.silofold.job.event.CoordinatorEvent.OwnManifestSeen;
import org.silofold.job.event.CoordinatorEvent.OwnRequestSeen;
import org.silofold.job.event.CoordinatorEvent.ReceiptSeen;
import org.silofold.job.event.CoordinatorEvent.RegistryChanged;
import org.silofold.job.event.CoordinatorEvent.ResponseSeen;
import org.silofold.job.event.CoordinatorEvent.ShardSeen;
import org.silofold.job.event.CoordinatorEvent.Started;
import org.silofold.job.event.CoordinatorEvent.Timer;
import org.silofold.job.event.CoordinatorEvent.UpdateRefused;
import org.silofold.job.event.CoordinatorEvent.VoidOrdered;
import org.silofold.job.event.CoordinatorEvent.VoteSeen;
import org.silofold.job.event.CoordinatorEvent.WithdrawalSeen;
import org.silofold.job.event.ModelRegistry;

/**
 * The coordinator's rules for one model: a function of state, event and time. Deterministic: the same events at the same times give the
 * same effects, also when the state went through {@link StateCodec} in between. Never throws for what an event says.
 */
public final class Coordinator {
    private final MaskMath math;
    private final long silenceMillis;

    /**
     * @param math the mathematics, {@link MaskMath#real()}
     * @param silenceMillis how long something that was said may not come back before fences are written anew: what was in a transaction is
     *     out by then, or lost
     */
    public Coordinator(MaskMath math, long silenceMillis) {
        this.math = Objects.requireNonNull(math);
        this.silenceMillis = silenceMillis;
    }

    /**
     * Handles one event.
     *
     * @param state the model's state; changed
     * @param event what happened
     * @param nowMillis epoch milliseconds, never less than in the calls before
     * @return what is to be done
     */
    public Effects on(CoordinatorState state, CoordinatorEvent event, long nowMillis) {
        Step step = new Step(state, nowMillis, math);
        OptionalLong wakeUpAt = handle(step, event);
        OptionalLong lookAgainAt = Silence.run(step, event, silenceMillis);
        return step.effects(
                LongStream.concat(wakeUpAt.stream(), lookAgainAt.stream()).min());
    }

    /** Handles the event; when time alone will change anything. */
    private static OptionalLong handle(Step step, CoordinatorEvent event) {
        CoordinatorState state = step.state();
        Optional<InFlight> before = state.inFlight();
        boolean advances = true;
        boolean logRead = false;
        if (event instanceof ShardSeen shard) {
            advances = Intake.shard(step, shard);
        } else if (event instanceof ManifestSeen manifest) {
            Intake.manifest(step, manifest);
        } else if (event instanceof UpdateRefused refused) {
            Intake.refused(step, refused);
        } else if (event instanceof ReceiptSeen receipt) {
            advances = Intake.receipt(step, receipt);
        } else if (event instanceof VoteSeen vote) {
            VoteRule.vote(step, vote);
        } else if (event instanceof ResponseSeen response) {
            AnswerRule.response(step, response);
        } else if (event instanceof OwnRequestSeen request) {
            LogRule.request(step, request.request());
        } else if (event instanceof OwnManifestSeen manifest) {
            PublishRule.manifest(step, manifest);
        } else if (event instanceof WithdrawalSeen withdrawal) {
            advances = Intake.withdrawn(step, withdrawal);
        } else if (event instanceof VoidOrdered ordered) {
            VoidRule.ordered(step, ordered);
        } else if (event instanceof OwnBrokenSeen broken) {
            BrokenRule.broken(step, broken);
        } else if (event instanceof Started started) {
            FenceRule.started(step, started);
        } else if (event instanceof OwnFenceSeen fence) {
            logRead = FenceRule.seen(step, fence);
        } else if (event instanceof RegistryChanged changed) {
            registry(step, changed.registry());
            Intake.earlyReceipts(state);
        } else if (event instanceof Timer) {
            Intake.earlyReceipts(state);
        }
        if (state.fence().isPresent()) {
            return OptionalLong.empty();
        }
        if (event instanceof OwnRequestSeen || event instanceof OwnManifestSeen || event instanceof OwnBrokenSeen) {
            followLog(step);
            return OptionalLong.of(step.now() + 1);
        }
        if (logRead && state.registry().isPresent()) {
            OptionalLong published = state.publishedVersion();
            state.setTold(false);
            SayAgainRule.fates(step);
            followLog(step);
            if (published.equals(state.publishedVersion())) {
                SayAgainRule.shards(step);
            }
            SayAgainRule.inHand(step, before);
        }
        if (advances && state.registry().isPresent()) {
            advance(step);
        }
        return Deadlines.next(state, step.now());
    }

    /**
     * Follows the log and nothing else: no update ends and no cohort is requested before the next event or timer.
     */
    private static void followLog(Step step) {
        if (step.state().registry().isEmpty()) {
            return;
        }
        boolean moved = true;
        while (moved) {
            moved = BrokenRule.settle(step);
            moved |= PublishRule.settle(step);
            moved |= LogRule.adopt(step);
            LogRule.joinAdopted(step);
        }
    }

    /** Applies every rule until none has anything more to do. Each round that goes on has moved the version in the making. */
    private static void advance(Step step) {
        boolean moved = true;
        while (moved) {
            moved = OpenRule.initial(step);
            moved |= BrokenRule.settle(step);
            moved |= PublishRule.settle(step);
            moved |= LogRule.adopt(step);
            LogRule.joinAdopted(step);
            Sweep.run(step);
            Eligibility.run(step);
            JoinRule.run(step);
            moved |= VoteRule.settle(step);
            moved |= AnswerRule.settle(step);
            moved |= VoidRule.run(step);
            moved |= CloseRule.run(step);
        }
    }

    /** A model keeps its first specification: another one would be another model. */
    private static void registry(Step step, ModelRegistry registry) {
        Optional<ModelRegistry> known = step.state().registry();
        if (known.isPresent() && !known.get().specDigest().equals(registry.specDigest())) {
            step.audit(
                    AuditEvents.SPEC_CHANGE_IGNORED,
                    "specification",
                    registry.specDigest().hex());
            return;
        }
        step.state().setRegistry(registry);
    }
}
