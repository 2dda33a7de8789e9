package org.silofold.job.coordinate;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest.PrivacySpent;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/** What the aggregator's own log says of versions that this state has not published: after a restore, it knows more than the state. */
final class LogBook {
    static final Comparator<Buffer> BUFFER_ORDER =
            Comparator.comparingLong(Buffer::version).thenComparingInt(Buffer::attempt);

    /**
     * A cohort as the log has it.
     *
     * @param context the request's or manifest's context
     * @param buffer version and attempt
     * @param previousDigest digest of the manifest before that version
     * @param cohort its updates, in cohort order
     * @param digest the cohort digest
     * @param frees whether its request carried abandonments: then the attempt before it was abandoned
     */
    record LoggedCohort(
            Context context,
            Buffer buffer,
            Digest previousDigest,
            List<UpdateRef> cohort,
            Digest digest,
            boolean frees) {}

    /**
     * A manifest as the log has it.
     *
     * @param cohort its cohort
     * @param shardsRoot the root of its shards
     * @param digest digest of its signed bytes
     * @param voidVersion digest of the authority's document, for a void version
     * @param optimizer code of the server optimiser that it names
     * @param privacy what it says is spent
     */
    record LoggedManifest(
            LoggedCohort cohort,
            Digest shardsRoot,
            Digest digest,
            Optional<Digest> voidVersion,
            String optimizer,
            Optional<PrivacySpent> privacy) {}

    /**
     * What the log says of an attempt that is broken.
     *
     * @param cohortDigest its cohort
     * @param reason what is wrong with it
     */
    record LoggedBroken(Digest cohortDigest, Reason reason) {}

    private final SortedMap<Buffer, Digest> first = new TreeMap<>(BUFFER_ORDER);
    private final SortedMap<Buffer, LoggedCohort> requests = new TreeMap<>(BUFFER_ORDER);
    private final SortedMap<Buffer, LoggedBroken> broken = new TreeMap<>(BUFFER_ORDER);
    private final SortedMap<Long, LoggedManifest> manifests = new TreeMap<>();

    /** The cohort digest of the first request that the log holds for each buffer, own ones included: that one stands. */
    SortedMap<Buffer, Digest> first() {
        return first;
    }

    /** Requests that the state did not make and has not taken over. */
    SortedMap<Buffer, LoggedCohort> requests() {
        return requests;
    }

    /** Attempts that the log says are broken. */
    SortedMap<Buffer, LoggedBroken> broken() {
        return broken;
    }

    /** Manifests of versions that are not published by the state. */
    SortedMap<Long, LoggedManifest> manifests() {
        return manifests;
    }

    /** The cohort that the log says is this version's: the published one, else the latest attempt requested. */
    Optional<LoggedCohort> cohortOf(long version) {
        LoggedManifest manifest = manifests.get(version);
        if (manifest != null) {
            return Optional.of(manifest.cohort());
        }
        return requests.values().stream()
                .filter(c -> c.buffer().version() == version)
                .reduce((first, second) -> second);
    }

    /** Whether the version after this one is out: then nothing is requested for it, even while it cannot be made again. */
    boolean holdsNext(long version) {
        return manifests.containsKey(version + 1);
    }

    /** Whether a cohort of the log, requested or published, lists this update. */
    boolean lists(UpdateKey key) {
        return Stream.concat(
                        requests.values().stream(), manifests.values().stream().map(LoggedManifest::cohort))
                .flatMap(c -> c.cohort().stream())
                .anyMatch(ref -> UpdateKey.of(ref).equals(key));
    }

    /** Forgets versions up to this one. */
    void forgetUpTo(long version) {
        first.keySet().removeIf(b -> b.version() <= version);
        requests.keySet().removeIf(b -> b.version() <= version);
        broken.keySet().removeIf(b -> b.version() <= version);
        manifests.keySet().removeIf(v -> v <= version);
    }
}
