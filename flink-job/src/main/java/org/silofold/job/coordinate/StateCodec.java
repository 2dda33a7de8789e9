package org.silofold.job.coordinate;

import java.util.OptionalLong;
import org.silofold.job.event.LotKey;
import org.silofold.protocol.reason.RejectedException;

/**
 * The coordinator's state as bytes: a version byte, then every field in one fixed order. Enumerations go by their codes. Earlier versions
 * are read, each without what came later.
 */
public final class StateCodec {
    /** The version that is written. */
    public static final int VERSION = 3;

    /** From this version on a state holds what it takes to say things again: last fates, the newest version's context, what is waited for, last calls. */
    static final int WITH_WHAT_TO_SAY_AGAIN = 2;

    /** From this version on a state holds whether anything was told since its log was read, and how often a cohort waited for its updates. */
    static final int WITH_WHAT_WAS_TOLD = 3;

    private StateCodec() {}

    /** The whole state as bytes. */
    public static byte[] encode(CoordinatorState state) {
        StateOutput out = new StateOutput();
        out.code(VERSION);
        out.optional(state.registry(), registry -> RegistryCodec.write(out, registry));
        out.number(state.arrivals());
        out.number(state.accumulators());
        out.list(state.updates().values(), update -> UpdateCodec.write(out, update));
        UpdateCodec.write(out, state.ended());
        out.map(state.newestSequences(), out::text, out::number);
        out.number(state.open().accumulator());
        out.list(state.open().updates(), key -> UpdateCodec.key(out, key));
        out.optional(state.inFlight(), inFlight -> InFlightCodec.write(out, inFlight));
        out.text(state.start());
        out.optional(state.lotKey(), key -> out.blob(key.toBytes()));
        out.optional(state.fence(), fence -> InFlightCodec.write(out, fence));
        out.optionalNumber(state.publishedVersion());
        out.optional(state.publishedContext(), context -> RegistryCodec.write(out, context));
        out.optional(state.silence(), wait -> {
            out.text(wait.what());
            out.number(wait.untilMillis());
        });
        out.bool(state.hasTold());
        out.map(state.versionDigests(), out::number, out::digest);
        out.map(state.requested(), out::buffer, out::digest);
        out.map(state.abandonments(), out::digest, abandonment -> InFlightCodec.write(out, abandonment));
        out.map(state.strikes(), out::text, out::integer);
        out.map(state.suspicions().counts(), out::text, out::integer);
        InFlightCodec.write(out, state.voids());
        InFlightCodec.write(out, state.log());
        InFlightCodec.write(out, state.early());
        return out.toBytes();
    }

    /**
     * The state of these bytes.
     *
     * @throws IllegalArgumentException if they are not a state, or one of another version
     */
    public static CoordinatorState decode(byte[] bytes) {
        try {
            return read(bytes);
        } catch (RejectedException | ArithmeticException e) {
            throw new IllegalArgumentException("coordinator state holds what cannot be: " + e.getMessage(), e);
        }
    }

    private static CoordinatorState read(byte[] bytes) {
        StateInput in = new StateInput(bytes);
        int version = in.code();
        if (version < 1 || version > VERSION) {
            throw new IllegalArgumentException("coordinator state of version " + version + ", not 1 to " + VERSION);
        }
        CoordinatorState state = new CoordinatorState();
        in.optional(() -> RegistryCodec.readRegistry(in)).ifPresent(state::setRegistry);
        state.setCounters(in.number(), in.number());
        in.list(() -> UpdateCodec.readUpdate(in))
                .forEach(update -> state.updates().put(update.key(), update));
        UpdateCodec.readEnded(in, version, state.ended());
        in.map(state.newestSequences(), in::text, in::number);
        state.setOpen(new OpenBuffer(in.number()));
        state.open().updates().addAll(in.list(() -> UpdateCodec.key(in)));
        state.setInFlight(in.optional(() -> InFlightCodec.read(in, version)));
        state.setStart(in.text());
        in.optional(() -> LotKey.of(in.blob())).ifPresent(state::setLotKey);
        state.setFence(in.optional(() -> InFlightCodec.readFence(in)));
        OptionalLong published = in.optionalNumber();
        published.ifPresent(state::setPublished);
        if (version >= WITH_WHAT_TO_SAY_AGAIN) {
            state.setPublishedContext(in.optional(() -> RegistryCodec.readContext(in)));
            state.setWait(in.optional(() -> new Silence.Wait(in.text(), in.number())));
        }
        // What an earlier version told may be lost.
        state.setTold(version < WITH_WHAT_WAS_TOLD || in.bool());
        in.map(state.versionDigests(), in::number, in::digest);
        in.map(state.requested(), in::buffer, in::digest);
        in.map(state.abandonments(), in::digest, () -> InFlightCodec.readAbandonment(in));
        in.map(state.strikes(), in::text, in::integer);
        in.map(state.suspicions().counts(), in::text, in::integer);
        InFlightCodec.readVoids(in, state.voids());
        InFlightCodec.readLog(in, state.log());
        InFlightCodec.readEarly(in, state.early());
        in.requireEnd();
        return state;
    }
}
