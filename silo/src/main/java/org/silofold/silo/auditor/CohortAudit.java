package org.silofold.silo.auditor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.cohort.CohortRules;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Roster;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.TopicKind;

/**
 * Whether a version's cohort may have been opened: t members voted for it, and it keeps the rules that they voted by (docs/protocol.md,
 * 6.3 and 6.4). Pure.
 */
public final class CohortAudit {
    private final AuditTerms terms;
    private final Verifier verifier;
    private final AuditBook book;

    CohortAudit(AuditTerms terms, Verifier verifier, AuditBook book) {
        this.terms = terms;
        this.verifier = verifier;
        this.book = book;
    }

    /** The digest that the members voted for. */
    public static Digest digest(ModelManifest manifest) {
        return Cohort.of(manifest.cohort())
                .digest(
                        manifest.context(),
                        new Buffer(manifest.version(), manifest.attempt()),
                        manifest.previousDigest());
    }

    /**
     * The members' answers to a cohort.
     *
     * @param voters who voted for it
     * @param doubtful who is not counted here and may have voted all the same, as others read the log
     */
    public record Votes(SortedSet<String> voters, SortedSet<String> doubtful) {}

    /**
     * Who voted for a cohort.
     *
     * @param roster of the cohort's epoch
     * @param context of the request or manifest that lists the cohort
     * @param buffer its version and attempt
     * @param cohort its digest
     */
    public static Votes votes(
            Roster roster, Context context, Buffer buffer, Digest cohort, Verifier verifier, CohortLog log) {
        SortedSet<String> voters = new TreeSet<>();
        SortedSet<String> doubtful = new TreeSet<>();
        for (String member : roster.committee()) {
            SaidRecords<UnmaskVote> said = SaidRecords.of(
                    log.votes(member, cohort),
                    record -> verifier.openInTime(
                            UnmaskVote.class, Purpose.UNMASK_VOTE, TopicKind.VOTES, member, record));
            List<UnmaskVote> answers = said.signed().stream()
                    .map(SignedRecord::message)
                    .filter(vote -> vote.cohortDigest().equals(cohort)
                            && vote.buffer().equals(buffer)
                            && Verifier.sameEpoch(vote.context(), context))
                    .toList();
            // A member answers once: what it signed later than its first answer says nothing.
            if (!answers.isEmpty() && answers.get(0).refused().isEmpty()) {
                voters.add(member);
            } else if (!said.complete()
                    || answers.stream().anyMatch(vote -> vote.refused().isEmpty())) {
                // Its vote may have come first to the aggregator.
                doubtful.add(member);
            }
        }
        return new Votes(voters, doubtful);
    }

    /**
     * The members that voted for a version's cohort.
     *
     * @throws MissingRecordException if they are fewer than t
     */
    SortedSet<String> voters(ModelManifest manifest, CohortLog log) {
        Digest cohort = digest(manifest);
        Buffer buffer = new Buffer(manifest.version(), manifest.attempt());
        Votes votes = votes(terms.roster(), manifest.context(), buffer, cohort, verifier, log);
        requireCertificate(cohort, votes.voters(), votes.doubtful());
        return votes.voters();
    }

    private void requireCertificate(Digest cohort, SortedSet<String> voters, SortedSet<String> doubtful) {
        int threshold = terms.committee().threshold();
        if (voters.size() >= threshold) {
            return;
        }
        String what = "a certificate: cohort " + cohort + " has the votes of " + voters + ", which are fewer than "
                + threshold;
        if (voters.size() + doubtful.size() >= threshold) {
            throw verifier.unverified(doubtful.first(), what + "; votes of " + doubtful);
        }
        throw new MissingRecordException(MissingRecordException.Kind.NOT_SEEN, what);
    }

    /**
     * The manifests of the cohort's updates, in the cohort's order.
     *
     * @throws RejectedException if the cohort or one of its updates breaks a rule
     * @throws MissingRecordException if a manifest is not in the log
     */
    List<SignedRecord<UpdateManifest>> updates(ModelManifest manifest, CohortLog log) {
        List<SignedRecord<UpdateManifest>> updates = new ArrayList<>();
        List<CohortRules.Entry> entries = new ArrayList<>();
        for (UpdateRef ref : manifest.cohort()) {
            requireFresh(manifest, ref);
            SignedRecord<UpdateManifest> update = update(ref, log);
            check(manifest, ref, update.message().core());
            String organisation = verifier.parties()
                    .organisation(ref.silo())
                    .orElseThrow(() -> verifier.unverified(ref.silo(), name(ref)));
            updates.add(update);
            entries.add(new CohortRules.Entry(
                    ref.silo(), organisation, update.message().core().baseVersion()));
        }
        CohortRules.check(terms.policy(), manifest.version(), entries);
        return updates;
    }

    private void requireFresh(ModelManifest manifest, UpdateRef ref) {
        if (!terms.roster().silos().contains(ref.silo())) {
            throw new RejectedException(Reason.UNKNOWN_SENDER, ref.silo() + " is no silo of the roster");
        }
        OptionalLong other = book.versionOf(ref);
        if (other.isPresent()) {
            throw new RejectedException(
                    Reason.SPENT,
                    name(ref) + " is in version " + other.getAsLong() + " and in version " + manifest.version());
        }
    }

    private SignedRecord<UpdateManifest> update(UpdateRef ref, CohortLog log) {
        List<LogRecord> records = log.manifests(ref);
        String what = "the manifest of " + name(ref);
        if (records.isEmpty()) {
            throw new MissingRecordException(MissingRecordException.Kind.NOT_SEEN, what);
        }
        // Whether its silo might speak, the members asked when they accepted it.
        return records.stream()
                .map(record -> verifier.open(
                        UpdateManifest.class, Purpose.UPDATE_MANIFEST, TopicKind.MANIFESTS, ref.silo(), record))
                .flatMap(Optional::stream)
                .filter(update -> update.digest().equals(ref.manifestDigest())
                        && update.message().core().updateId().equals(ref.updateId()))
                .findFirst()
                .orElseThrow(() -> verifier.unverified(ref.silo(), what));
    }

    private void check(ModelManifest manifest, UpdateRef ref, UpdateManifest.Core core) {
        Context due = manifest.context().withSender(ref.silo()).withPurpose(Purpose.UPDATE_MANIFEST);
        require(core.context().equals(due), Reason.WRONG_EPOCH, ref, "of another context");
        require(core.modelSpecDigest().equals(terms.specDigest()), Reason.WRONG_SHAPE, ref, "of another specification");
        require(
                core.parameterSet().equals(terms.policy().parameterSet()),
                Reason.WRONG_PARAMETER_SET,
                ref,
                "of another parameter set");
        require(
                core.parameterCount() == terms.spec().parameterCount()
                        && core.shardCount() == terms.layout().shards(),
                Reason.WRONG_SHAPE,
                ref,
                "of another shape");
        require(
                core.memberCount() == terms.committee().n()
                        && core.threshold() == terms.committee().threshold(),
                Reason.WRONG_EPOCH,
                ref,
                "for another committee");
        require(core.weightRule().equals(terms.policy().weightRule()), Reason.WRONG_POLICY, ref, "weighed otherwise");
        require(
                book.manifestDigest(core.baseVersion())
                        .filter(core.baseDigest()::equals)
                        .isPresent(),
                Reason.UNKNOWN_BASE,
                ref,
                "of another base than the published version " + core.baseVersion());
    }

    private static void require(boolean holds, Reason reason, UpdateRef ref, String what) {
        if (!holds) {
            throw new RejectedException(reason, name(ref) + " is " + what);
        }
    }

    static String name(UpdateRef ref) {
        return "update " + ref.silo() + "/" + ref.updateId();
    }
}
