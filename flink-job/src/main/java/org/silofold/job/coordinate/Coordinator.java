package org.silofold.job.coordinate;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
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

    /** @param math the mathematics, {@link MaskMath#real()} */
    public Coordinator(MaskMath math) {
        this.math = Objects.requireNonNull(math);
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
        boolean advances = true;
        if (event instanceof ShardSeen shard) {
            advances = Intake.shard(step, shard);
        } else if (event instanceof ManifestSeen manifest) {
            Intake.manifest(step, manifest);
        } else if (event instanceof UpdateRefused refused) {
            Intake.refused(step, refused);
        } else if (event instanceof ReceiptSeen receipt) {
            Intake.receipt(step, receipt);
        } else if (event instanceof VoteSeen vote) {
            VoteRule.vote(step, vote);
        } else if (event instanceof ResponseSeen response) {
            AnswerRule.response(step, response);
        } else if (event instanceof OwnRequestSeen request) {
            LogRule.request(step, request.request());
        } else if (event instanceof OwnManifestSeen manifest) {
            PublishRule.manifest(step, manifest);
        } else if (event instanceof WithdrawalSeen withdrawal) {
            Intake.withdrawn(step, withdrawal);
        } else if (event instanceof VoidOrdered ordered) {
            VoidRule.ordered(step, ordered);
        } else if (event instanceof OwnBrokenSeen broken) {
            BrokenRule.broken(step, broken);
        } else if (event instanceof Started started) {
            FenceRule.started(step, started);
        } else if (event instanceof OwnFenceSeen fence) {
            FenceRule.seen(step, fence);
        } else if (event instanceof RegistryChanged changed) {
            registry(step, changed.registry());
        }
        if (state.fence().isPresent()) {
            return step.effects(OptionalLong.empty());
        }
        OptionalLong wakeUpAt = OptionalLong.empty();
        if (event instanceof OwnRequestSeen || event instanceof OwnManifestSeen || event instanceof OwnBrokenSeen) {
            followLog(step);
            wakeUpAt = OptionalLong.of(nowMillis + 1);
        } else if (advances && state.registry().isPresent()) {
            advance(step);
        }
        return step.effects(wakeUpAt.isPresent() ? wakeUpAt : Deadlines.next(state, nowMillis));
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
