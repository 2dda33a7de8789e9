package org.silofold.job.coordinate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.silofold.fuzz.Choices;
import org.silofold.fuzz.Mutator;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.CoordinatorEvent.ReceiptSeen;
import org.silofold.job.event.CoordinatorEvent.RegistryChanged;
import org.silofold.job.event.CoordinatorEvent.ResponseSeen;
import org.silofold.job.event.CoordinatorEvent.UpdateRefused;
import org.silofold.job.event.CoordinatorEvent.VoidOrdered;
import org.silofold.job.event.CoordinatorEvent.VoteSeen;
import org.silofold.job.event.CoordinatorEvent.WithdrawalSeen;
import org.silofold.job.event.VoidOrder;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/**
 * What happens to a coordinator of four silos, chosen by a fuzzer's bytes. Events keep to the ranges of the headers that they are made of, as the
 * coordinator may rely on; beyond that they say anything.
 */
final class CoordinatorScript {
    private static final List<String> SILOS = List.of("sa", "sb", "sc", "sd");
    private static final int KEPT = 8;

    private final Federation federation;
    private final CoordinatorUnderTest coordinator;
    private final Random random = new Random(1);
    private final List<Federation.Sent> sent = new ArrayList<>();
    private long sequence;

    CoordinatorScript(boolean extra) {
        federation = new Federation(
                SILOS.size(), new Federation.Knobs(2, 16, 2, 1, extra ? 1 : 0, extra ? 1 : 0, 3), new ToyMask());
        federation.allowVoids(2);
        coordinator = new CoordinatorUnderTest(federation);
    }

    void step(Choices choices) {
        switch (choices.below(14)) {
            case 0, 1 -> newUpdate(choices);
            case 2 -> update(choices);
            case 3 -> receipts(choices);
            case 4 -> votes(choices);
            case 5 -> responses(choices);
            case 6, 7 -> readLog(choices);
            case 8 -> round(choices);
            case 9 -> registry(choices);
            case 10 -> life(choices);
            case 11 -> order(choices);
            case 12 -> forge(choices);
            default -> coordinator.pass(choices.of(List.of(1L, 500L, 1_500L, 2_500L, 61_000L)));
        }
    }

    void end() {
        coordinator.checkpoint();
    }

    /** A whole update that every member accepts. */
    private void newUpdate(Choices choices) {
        CoordinatorState state = coordinator.state();
        long base = state.publishedVersion().orElse(0);
        Federation.Sent update = federation.update(
                choices.of(SILOS), ++sequence, base, state.versionDigests().getOrDefault(base, Digest.ZERO), random);
        if (sent.size() == KEPT) {
            sent.remove(0);
        }
        sent.add(update);
        if (choices.oneIn(4)) {
            return;
        }
        update.shards().forEach(coordinator::on);
        coordinator.on(update.manifest());
        federation.names().forEach(name -> coordinator.on(receipt(name, update, Optional.empty())));
    }

    private ReceiptSeen receipt(String member, Federation.Sent update, Optional<Reason> refused) {
        return new ReceiptSeen(member, federation.rosterId(), update.ref(), refused);
    }

    private void update(Choices choices) {
        if (sent.isEmpty()) {
            return;
        }
        Federation.Sent update = choices.of(sent);
        CoordinatorEvent event =
                switch (choices.below(4)) {
                    case 0 -> choices.of(update.shards());
                    case 1 -> update.manifest();
                    case 2 -> new WithdrawalSeen(update.key());
                    default -> new UpdateRefused(update.key(), choices.of(List.of(Reason.values())));
                };
        say(event, choices);
    }

    private void receipts(Choices choices) {
        if (sent.isEmpty()) {
            return;
        }
        Optional<Reason> refused = choices.oneIn(2) ? Optional.of(Reason.SHARE_CHECK_FAILED) : Optional.empty();
        say(receipt(choices.of(SILOS), choices.of(sent), refused), choices);
    }

    private Optional<UnmaskRequest> asked(Choices choices) {
        List<UnmaskRequest> requests = coordinator.requests();
        if (requests.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(choices.oneIn(4) ? choices.of(requests) : requests.get(requests.size() - 1));
    }

    private void votes(Choices choices) {
        asked(choices).ifPresent(request -> {
            boolean refuses = choices.oneIn(3);
            int members = 1 + choices.below(SILOS.size());
            for (String member : SILOS.subList(0, members)) {
                say(vote(member, request, refuses, choices.bytes(8)), choices);
            }
        });
    }

    private VoteSeen vote(String member, UnmaskRequest request, boolean refuses, byte[] record) {
        return new VoteSeen(
                member,
                federation.rosterId(),
                request.buffer(),
                digest(request),
                refuses ? Optional.of(Reason.EXPIRED) : Optional.empty(),
                refuses ? request.cohort() : List.of(),
                record);
    }

    private void responses(Choices choices) {
        asked(choices).ifPresent(request -> {
            for (int point = 1 + choices.below(2); point <= SILOS.size(); point++) {
                say(response(point, request, choices), choices);
            }
        });
    }

    private ResponseSeen response(int point, UnmaskRequest request, Choices choices) {
        List<int[]> shares = new ArrayList<>();
        for (UpdateRef ref : request.cohort()) {
            for (Federation.Sent update : sent) {
                if (update.ref().equals(ref)) {
                    shares.add(update.shares().get(point));
                }
            }
        }
        int[] words =
                shares.isEmpty() ? new int[choices.below(8)] : federation.mask().sum(shares);
        return new ResponseSeen(SILOS.get(point - 1), federation.rosterId(), request.buffer(), digest(request), words);
    }

    /** The coordinator reads what it said: a little, or all. */
    private void readLog(Choices choices) {
        switch (choices.below(4)) {
            case 0 -> coordinator.readRequest();
            case 1 -> coordinator.readManifest();
            default -> readAll();
        }
    }

    private void readAll() {
        boolean more = true;
        while (more) {
            more = coordinator.readRequest();
            more |= coordinator.readManifest();
        }
    }

    /** A whole round that goes well: whoever is asked agrees, answers, and the log is read. */
    private void round(Choices choices) {
        asked(choices).ifPresent(request -> {
            SILOS.forEach(member -> coordinator.on(vote(member, request, false, new byte[] {1})));
            for (int point = 1; point <= SILOS.size(); point++) {
                coordinator.on(response(point, request, choices));
            }
            readAll();
        });
    }

    private void registry(Choices choices) {
        switch (choices.below(3)) {
            case 0 -> federation.nextPolicy();
            case 1 -> federation.nextEpoch();
            default -> {}
        }
        coordinator.on(new RegistryChanged(federation.registry()));
    }

    private void life(Choices choices) {
        if (choices.oneIn(3)) {
            coordinator.restore();
        } else {
            coordinator.checkpoint();
        }
    }

    /** The authority orders a void version. */
    private void order(Choices choices) {
        CoordinatorState state = coordinator.state();
        long last = state.publishedVersion().orElse(0);
        VoidOrder order = new VoidOrder(
                last + 1,
                state.versionDigests().getOrDefault(last, Digest.ZERO),
                Federation.digest("void " + (last + 1)));
        coordinator.on(new VoidOrdered(choices.oneIn(3) ? Mutator.mutate(order, choices) : order));
    }

    /** The log says what the coordinator never said, or says it out of order. */
    private void forge(Choices choices) {
        List<CoordinatorEvent> log = choices.oneIn(2) ? coordinator.requestLog() : coordinator.manifestLog();
        if (log.isEmpty() || !choices.oneIn(4)) {
            return;
        }
        CoordinatorEvent forged = (CoordinatorEvent) Mutator.mutate((Record) choices.of(log), choices);
        if (EventRanges.allow(federation, forged)) {
            coordinator.forged(forged);
        }
    }

    /** Sometimes one field is another, within what a header may say. */
    private void say(CoordinatorEvent event, Choices choices) {
        if (choices.oneIn(3)) {
            CoordinatorEvent changed = (CoordinatorEvent) Mutator.mutate((Record) event, choices);
            coordinator.on(EventRanges.allow(federation, changed) ? changed : event);
        } else {
            coordinator.on(event);
        }
    }

    private static Digest digest(UnmaskRequest request) {
        return Cohort.of(request.cohort())
                .digest(request.context(), request.buffer(), request.previousManifestDigest());
    }
}
