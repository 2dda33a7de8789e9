package org.silofold.demo.watch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Rejection;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.rules.RefusedCount;

/** What was read so far, by what it is about; times are the records' own, epoch milliseconds. Thread-safe by its own lock. */
public final class Facts {
    private final Map<UpdateId, UpdateManifest> manifests = new HashMap<>();
    private final Map<UpdateId, Long> manifestTimes = new HashMap<>();
    private final Map<UpdateId, Integer> manifestBytes = new HashMap<>();
    private final Map<UpdateId, Map<UpdateFate.Kind, Told>> fates = new HashMap<>();
    private final Map<Digest, Long> requests = new HashMap<>();
    private final Map<Digest, List<Long>> votes = new HashMap<>();
    private final Map<Digest, List<Long>> responseTimes = new HashMap<>();
    private final Map<Digest, SortedMap<Integer, int[]>> responses = new HashMap<>();
    private final SortedMap<String, Long> rejections = new TreeMap<>();

    /** A fate and when it was told. */
    private record Told(UpdateFate fate, long time) {}

    synchronized void manifest(UpdateManifest manifest, long time, int bytes) {
        if (manifests.putIfAbsent(manifest.core().updateId(), manifest) == null) {
            manifestTimes.put(manifest.core().updateId(), time);
            manifestBytes.put(manifest.core().updateId(), bytes);
        }
    }

    synchronized void fate(UpdateFate fate, long time) {
        fates.computeIfAbsent(fate.updateId(), id -> new HashMap<>()).putIfAbsent(fate.kind(), new Told(fate, time));
    }

    synchronized void request(Digest cohort, long time) {
        requests.putIfAbsent(cohort, time);
    }

    synchronized void vote(Digest cohort, long time) {
        votes.computeIfAbsent(cohort, digest -> new ArrayList<>()).add(time);
    }

    synchronized void response(Digest cohort, int point, int[] words, long time) {
        if (responses.computeIfAbsent(cohort, digest -> new TreeMap<>()).putIfAbsent(point, words) == null) {
            responseTimes.computeIfAbsent(cohort, digest -> new ArrayList<>()).add(time);
        }
    }

    synchronized void rejection(Rejection rejection) {
        rejections.merge(rejection.reason().code(), RefusedCount.of(rejection.detail()), Long::sum);
    }

    synchronized void rejection(Reason reason) {
        rejections.merge(reason.code(), 1L, Long::sum);
    }

    synchronized void forget(Digest cohort) {
        responses.remove(cohort);
    }

    /** The manifest of an update. */
    public synchronized Optional<UpdateManifest> manifest(UpdateId updateId) {
        return Optional.ofNullable(manifests.get(updateId));
    }

    /** When an update's manifest came to its topic. */
    public synchronized OptionalLong manifestTime(UpdateId updateId) {
        return optional(manifestTimes.get(updateId));
    }

    /** Bytes of the record that carried an update's manifest, key included; 0 if none was read. */
    synchronized int manifestBytes(UpdateId updateId) {
        return manifestBytes.getOrDefault(updateId, 0);
    }

    /** When an update was told this fate. */
    public synchronized OptionalLong fateTime(UpdateId updateId, UpdateFate.Kind kind) {
        Told told = fates.getOrDefault(updateId, Map.of()).get(kind);
        return told == null ? OptionalLong.empty() : OptionalLong.of(told.time());
    }

    /** Updates that were told this fate. */
    public synchronized long count(UpdateFate.Kind kind) {
        return fates.values().stream().filter(told -> told.containsKey(kind)).count();
    }

    /** What updates were told, each of a kind the first. */
    synchronized List<UpdateFate> fates() {
        return fates.values().stream()
                .flatMap(told -> told.values().stream())
                .map(Told::fate)
                .toList();
    }

    /** When a cohort's opening was asked for. */
    public synchronized OptionalLong requestTime(Digest cohort) {
        return optional(requests.get(cohort));
    }

    /** When a cohort had this many votes. */
    public synchronized OptionalLong voteTime(Digest cohort, int count) {
        return nth(votes.get(cohort), count);
    }

    /** When a cohort had this many responses. */
    public synchronized OptionalLong responseTime(Digest cohort, int count) {
        return nth(responseTimes.get(cohort), count);
    }

    /** The responses to a cohort by the member's point. */
    public synchronized SortedMap<Integer, int[]> responses(Digest cohort) {
        return new TreeMap<>(responses.getOrDefault(cohort, new TreeMap<>()));
    }

    /** Rejections by reason code. */
    public synchronized SortedMap<String, Long> rejections() {
        return new TreeMap<>(rejections);
    }

    private static OptionalLong nth(List<Long> times, int count) {
        return times == null || times.size() < count
                ? OptionalLong.empty()
                : OptionalLong.of(times.stream().sorted().toList().get(count - 1));
    }

    private static OptionalLong optional(Long time) {
        return time == null ? OptionalLong.empty() : OptionalLong.of(time);
    }
}
