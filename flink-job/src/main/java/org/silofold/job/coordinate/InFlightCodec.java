package org.silofold.job.coordinate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.silofold.job.coordinate.LogBook.LoggedCohort;
import org.silofold.job.coordinate.LogBook.LoggedManifest;
import org.silofold.job.event.CoordinatorEvent.ResponseSeen;
import org.silofold.job.event.CoordinatorEvent.VoteSeen;
import org.silofold.job.event.RosterId;
import org.silofold.job.event.UpdateKey;
import org.silofold.job.event.VoidOrder;
import org.silofold.protocol.message.ModelManifest.PrivacySpent;
import org.silofold.protocol.message.StartId;

/** State form of the version in the making, of what the log says, and of early answers. */
final class InFlightCodec {
    private static final int REQUESTED = 1;
    private static final int CERTIFIED = 2;
    private static final int PUBLISHING = 3;
    private static final int BREAKING = 4;

    private InFlightCodec() {}

    static void write(StateOutput out, InFlight inFlight) {
        if (inFlight instanceof Requested requested) {
            out.code(REQUESTED);
            write(out, requested.proposal());
            out.number(requested.deadlineMillis());
            out.integer(requested.requests());
            out.map(requested.answers(), out::text, answer -> {
                out.optional(answer.refused(), out::reason);
                out.list(answer.inTheWay(), out::ref);
                out.blob(answer.record());
            });
            out.bool(requested.isLastCall());
        } else if (inFlight instanceof Certified certified) {
            out.code(CERTIFIED);
            write(out, certified.proposal());
            out.number(certified.deadlineMillis());
            out.list(certified.voters(), out::text);
            out.map(certified.responses(), out::integer, out::words);
            out.bool(certified.isFoldTold());
            out.bool(certified.isLastCall());
            out.integer(certified.extensions());
        } else if (inFlight instanceof Publishing publishing) {
            out.code(PUBLISHING);
            out.number(publishing.version());
            out.integer(publishing.attempt());
            out.optionalNumber(publishing.accumulator());
            out.list(publishing.cohort(), out::ref);
            out.digest(publishing.cohortDigest());
            out.list(publishing.owing(), out::text);
            out.list(publishing.wrong(), out::text);
            out.optional(publishing.awaits(), id -> out.blob(id.toBytes()));
        } else if (inFlight instanceof Breaking breaking) {
            out.code(BREAKING);
            write(out, breaking.proposal());
        }
    }

    static InFlight read(StateInput in, int version) {
        int code = in.code();
        return switch (code) {
            case REQUESTED -> {
                Requested requested = new Requested(readProposal(in), in.number(), in.integer());
                in.map(
                        requested.answers(),
                        in::text,
                        () -> new Requested.Answer(in.optional(in::reason), in.list(in::ref), in.blob()));
                readLastCall(in, version, requested);
                yield requested;
            }
            case CERTIFIED -> {
                Certified certified = new Certified(readProposal(in), in.number());
                certified.voters().addAll(in.list(in::text));
                in.map(certified.responses(), in::integer, in::words);
                if (in.bool()) {
                    certified.setFoldTold();
                }
                readLastCall(in, version, certified);
                if (version >= StateCodec.WITH_WHAT_WAS_TOLD) {
                    certified.setExtensions(in.integer());
                }
                yield certified;
            }
            case PUBLISHING ->
                new Publishing(
                        in.number(),
                        in.integer(),
                        in.optionalNumber(),
                        in.list(in::ref),
                        in.digest(),
                        new TreeSet<>(in.list(in::text)),
                        new TreeSet<>(in.list(in::text)),
                        in.optional(() -> StartId.of(in.blob())));
            case BREAKING -> new Breaking(readProposal(in));
            default -> throw new IllegalArgumentException("unknown state of a version: " + code);
        };
    }

    private static void readLastCall(StateInput in, int version, Awaiting awaiting) {
        if (version >= StateCodec.WITH_WHAT_TO_SAY_AGAIN && in.bool()) {
            awaiting.setLastCall();
        }
    }

    static void write(StateOutput out, LogBook log) {
        out.map(log.first(), out::buffer, out::digest);
        out.map(log.requests(), out::buffer, cohort -> write(out, cohort));
        out.map(log.broken(), out::buffer, broken -> {
            out.digest(broken.cohortDigest());
            out.reason(broken.reason());
        });
        out.map(log.manifests(), out::number, manifest -> {
            write(out, manifest.cohort());
            out.digest(manifest.shardsRoot());
            out.digest(manifest.digest());
            out.optional(manifest.voidVersion(), out::digest);
            out.text(manifest.optimizer());
            write(out, manifest.privacy());
        });
    }

    private static void write(StateOutput out, Optional<PrivacySpent> spent) {
        out.optional(spent, figure -> {
            out.real(figure.epsilon());
            out.real(figure.delta());
        });
    }

    private static Optional<PrivacySpent> readSpent(StateInput in) {
        return in.optional(() -> new PrivacySpent(in.real(), in.real()));
    }

    static void readLog(StateInput in, LogBook into) {
        in.map(into.first(), in::buffer, in::digest);
        in.map(into.requests(), in::buffer, () -> readCohort(in));
        in.map(into.broken(), in::buffer, () -> new LogBook.LoggedBroken(in.digest(), in.reason()));
        in.map(
                into.manifests(),
                in::number,
                () -> new LoggedManifest(
                        readCohort(in), in.digest(), in.digest(), in.optional(in::digest), in.text(), readSpent(in)));
    }

    static void write(StateOutput out, Abandonment abandonment) {
        write(out, abandonment.roster());
        out.map(abandonment.refusals(), out::text, out::blob);
    }

    static Abandonment readAbandonment(StateInput in) {
        RosterId roster = readRoster(in);
        SortedMap<String, byte[]> refusals = new TreeMap<>();
        in.map(refusals, in::text, in::blob);
        return new Abandonment(roster, refusals);
    }

    private static void write(StateOutput out, RosterId roster) {
        out.integer(roster.epoch());
        out.digest(roster.digest());
    }

    private static RosterId readRoster(StateInput in) {
        return new RosterId(in.integer(), in.digest());
    }

    static void write(StateOutput out, Voids voids) {
        out.optional(voids.order(), order -> {
            out.number(order.version());
            out.digest(order.previousDigest());
            out.digest(order.document());
        });
        out.digest(voids.shardsRoot());
        out.integer(voids.inARow());
        write(out, voids.spent());
    }

    static void readVoids(StateInput in, Voids into) {
        into.setOrder(in.optional(() -> new VoidOrder(in.number(), in.digest(), in.digest())));
        into.published(in.digest(), in.integer(), readSpent(in));
    }

    static void write(StateOutput out, FenceRule.Pending fence) {
        out.text(fence.startId());
        out.bool(fence.requestsRead());
        out.bool(fence.manifestsRead());
    }

    static FenceRule.Pending readFence(StateInput in) {
        return new FenceRule.Pending(in.text(), in.bool(), in.bool());
    }

    static void write(StateOutput out, EarlyAnswers early) {
        out.map(
                early.receipts(),
                out::text,
                ofMember -> out.map(ofMember.all(), key -> UpdateCodec.key(out, key), r -> UpdateCodec.write(out, r)));
        out.map(
                early.votes(),
                out::text,
                votes -> out.list(votes, vote -> {
                    out.text(vote.member());
                    write(out, vote.roster());
                    out.buffer(vote.buffer());
                    out.digest(vote.cohortDigest());
                    out.optional(vote.refused(), out::reason);
                    out.list(vote.inTheWay(), out::ref);
                    out.blob(vote.record());
                }));
        out.map(
                early.responses(),
                out::text,
                responses -> out.list(responses, response -> {
                    out.text(response.member());
                    write(out, response.roster());
                    out.buffer(response.buffer());
                    out.digest(response.cohortDigest());
                    out.words(response.words());
                }));
    }

    static void readEarly(StateInput in, EarlyAnswers into) {
        in.map(into.receipts(), in::text, () -> {
            Map<UpdateKey, TrackedUpdate.Receipt> read = new LinkedHashMap<>();
            in.map(read, () -> UpdateCodec.key(in), () -> UpdateCodec.readReceipt(in));
            EarlyReceipts ofMember = new EarlyReceipts();
            read.forEach(ofMember::keep);
            return ofMember;
        });
        in.map(
                into.votes(),
                in::text,
                () -> in.list(() -> new VoteSeen(
                        in.text(),
                        readRoster(in),
                        in.buffer(),
                        in.digest(),
                        in.optional(in::reason),
                        in.list(in::ref),
                        in.blob())));
        in.map(
                into.responses(),
                in::text,
                () -> in.list(() -> new ResponseSeen(in.text(), readRoster(in), in.buffer(), in.digest(), in.words())));
    }

    private static void write(StateOutput out, Proposal proposal) {
        out.buffer(proposal.buffer());
        out.number(proposal.accumulator());
        out.digest(proposal.previousDigest());
        out.list(proposal.cohort(), out::ref);
        out.digest(proposal.digest());
        RegistryCodec.write(out, proposal.terms());
    }

    private static Proposal readProposal(StateInput in) {
        return new Proposal(
                in.buffer(), in.number(), in.digest(), in.list(in::ref), in.digest(), RegistryCodec.readTerms(in));
    }

    private static void write(StateOutput out, LoggedCohort cohort) {
        RegistryCodec.write(out, cohort.context());
        out.buffer(cohort.buffer());
        out.digest(cohort.previousDigest());
        out.list(cohort.cohort(), out::ref);
        out.digest(cohort.digest());
        out.bool(cohort.frees());
    }

    private static LoggedCohort readCohort(StateInput in) {
        return new LoggedCohort(
                RegistryCodec.readContext(in), in.buffer(), in.digest(), in.list(in::ref), in.digest(), in.bool());
    }
}
