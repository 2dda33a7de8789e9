package org.silofold.job.coordinate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.silofold.job.savepoint.Sha256;
import org.silofold.protocol.message.Digest;

/**
 * A coordinator's state as lines of text that say what it means and not how it is stored, so that they stay what they are when its form changes.
 * What draws lots is left out: it is secret.
 */
public final class CoordinatorText {
    private CoordinatorText() {}

    /** The lines. */
    public static List<String> lines(CoordinatorState state) {
        List<String> lines = new ArrayList<>();
        lines.add("published " + state.publishedVersion());
        lines.add("policy " + state.registry().orElseThrow().policy().sequence() + " of epoch "
                + state.registry().orElseThrow().roster().epoch());
        lines.add("arrivals " + state.arrivals() + ", accumulators " + state.accumulators());
        lines.add("start " + state.start() + ", fence " + (state.fence().isPresent() ? "waits" : "read"));
        state.versionDigests().forEach((version, digest) -> lines.add("manifest " + version + " " + digest.hex()));
        state.newestSequences().forEach((silo, newest) -> lines.add("newest sequence of " + silo + " " + newest));
        lines.add("updates " + state.updates().size());
        state.updates().values().forEach(update -> lines.addAll(update(update)));
        state.ended().silos().forEach((silo, ended) -> lines.add("ended of " + silo + " " + ended.recent()));
        lines.add("open buffer in accumulator " + state.open().accumulator() + " "
                + state.open().updates());
        state.requested().forEach((buffer, digest) -> lines.add("put to the committee " + buffer + " " + digest.hex()));
        state.inFlight().ifPresent(inFlight -> lines.addAll(inFlight(inFlight)));
        lines.add("in flight " + state.inFlight().isPresent());
        lines.add("abandoned cohorts " + state.abandonments().size());
        lines.add("strikes " + state.strikes() + ", suspected " + state.suspected());
        return lines;
    }

    private static List<String> update(TrackedUpdate update) {
        List<String> lines = new ArrayList<>();
        String name = "update " + update.key() + " ";
        lines.add(name + "is " + update.stage() + ", complete " + update.isComplete() + ", accepted "
                + update.isAccepted() + ", fault " + update.fault() + ", in accumulator " + update.accumulator());
        lines.add(name + "arrived as " + update.arrival() + " at " + update.firstSeenMillis() + " with sequence "
                + update.sequence() + ", in the buffer since " + update.bufferedAtMillis());
        update.shards().ifPresent(shards -> lines.add(name + "has of " + shards.count() + " shards " + hex(shards)));
        update.manifest()
                .ifPresent(manifest -> lines.add(name + "has manifest "
                        + manifest.ref().manifestDigest().hex() + " from base "
                        + manifest.core().baseVersion() + " "
                        + manifest.core().baseDigest().hex() + ", root "
                        + manifest.core().shardsRoot().hex() + ", expires at "
                        + manifest.core().expiryMillis() + ", meta " + Sha256.of(manifest.metaWords())));
        update.receipts()
                .forEach((member, receipt) -> lines.add(name + "was received by " + member + " as "
                        + receipt.manifestDigest().hex() + ", refused " + receipt.refused()));
        return lines;
    }

    private static String hex(ShardSet shards) {
        SortedMap<Integer, Digest> digests = shards.digests();
        List<String> texts = new ArrayList<>();
        for (Map.Entry<Integer, Digest> digest : digests.entrySet()) {
            texts.add(digest.getKey() + " " + digest.getValue().hex());
        }
        return texts.toString();
    }

    private static List<String> inFlight(InFlight inFlight) {
        if (!(inFlight instanceof Requested requested)) {
            return List.of("version " + inFlight.version() + " is being made");
        }
        Proposal proposal = requested.proposal();
        List<String> lines = new ArrayList<>();
        lines.add("requested " + proposal.buffer() + " in accumulator " + proposal.accumulator() + ", cohort "
                + proposal.digest().hex() + " after "
                + proposal.previousDigest().hex());
        lines.add("requested " + requested.requests() + " times, until " + requested.deadlineMillis() + ", answered by "
                + requested.answers().keySet());
        proposal.cohort()
                .forEach(ref -> lines.add("requested of " + ref.silo() + " "
                        + ref.updateId().hex() + " " + ref.manifestDigest().hex()));
        return lines;
    }
}
