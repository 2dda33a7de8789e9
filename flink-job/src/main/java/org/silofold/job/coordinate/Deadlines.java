package org.silofold.job.coordinate;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.silofold.job.event.ModelRegistry;

/** When the coordinator must be woken although nothing else happens. */
final class Deadlines {
    private Deadlines() {}

    static OptionalLong next(CoordinatorState state, long now) {
        if (state.registry().isEmpty()) {
            return OptionalLong.empty();
        }
        ModelRegistry registry = state.registry().get();
        LongStream expiries = state.updates().values().stream()
                .filter(u -> u.stage() != Stage.REQUESTED)
                .mapToLong(u -> Sweep.expiry(registry, u));
        LongStream revocations = registry.revoked().values().stream()
                .flatMap(List::stream)
                .flatMapToLong(span -> LongStream.of(span.fromMillis(), span.untilMillis()))
                .filter(at -> at != Long.MAX_VALUE);
        LongStream age = CloseRule.ageDeadline(state, registry).stream();
        LongStream inFlight = state.inFlight().stream().flatMapToLong(Deadlines::of);
        return LongStream.concat(LongStream.concat(expiries, revocations), LongStream.concat(age, inFlight))
                .filter(at -> at > now)
                .min();
    }

    private static LongStream of(InFlight inFlight) {
        return inFlight instanceof Awaiting awaiting ? LongStream.of(awaiting.deadlineMillis()) : LongStream.empty();
    }
}
