package org.silofold.job.coordinate;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.job.coordinate.TrackedUpdate.Receipt;
import org.silofold.job.event.CoordinatorEvent.ReceiptSeen;
import org.silofold.job.event.CoordinatorEvent.ResponseSeen;
import org.silofold.job.event.CoordinatorEvent.VoteSeen;
import org.silofold.job.event.UpdateKey;

/**
 * What members said of updates and cohorts that the state does not know yet, or under a registry that it does not: topics are read at different speeds. Of each member the
 * newest {@value EarlyReceipts#OF_SILO} receipts for each silo's updates, {@value EarlyReceipts#ALL} in all, {@value #VOTES} votes and {@value #RESPONSES} responses are kept;
 * {@value #BEHIND} of the latter two while the state is behind its log, since it then comes to the oldest first. So nobody displaces what
 * others said, and no silo what was said of another's updates. A member's refusals take {@value #REFUSAL_BYTES} bytes at most, or are one; their bytes displace no vote.
 */
final class EarlyAnswers {
    static final int VOTES = 8;
    static final int RESPONSES = 4;
    static final int BEHIND = 1024;
    static final int REFUSAL_BYTES = 1 << 20;

    private static final byte[] NO_RECORD = {};

    private final SortedMap<String, EarlyReceipts> receipts = new TreeMap<>();
    private final SortedMap<String, List<VoteSeen>> votes = new TreeMap<>();
    private final SortedMap<String, List<ResponseSeen>> responses = new TreeMap<>();

    /** By member. */
    SortedMap<String, EarlyReceipts> receipts() {
        return receipts;
    }

    SortedMap<String, List<VoteSeen>> votes() {
        return votes;
    }

    SortedMap<String, List<ResponseSeen>> responses() {
        return responses;
    }

    void keep(ReceiptSeen seen) {
        receipts.computeIfAbsent(seen.member(), name -> new EarlyReceipts())
                .keep(UpdateKey.of(seen.update()), Receipt.of(seen));
    }

    /** Takes out the receipts for this update, by member. */
    SortedMap<String, Receipt> takeReceipts(UpdateKey key) {
        SortedMap<String, Receipt> taken = new TreeMap<>();
        receipts.forEach((member, ofMember) -> {
            Receipt receipt = ofMember.take(key);
            if (receipt != null) {
                taken.put(member, receipt);
            }
        });
        return taken;
    }

    void keep(VoteSeen vote, boolean behind) {
        List<VoteSeen> ofMember = votes.computeIfAbsent(vote.member(), name -> new ArrayList<>());
        if (ofMember.stream().anyMatch(earlier -> saysTheSame(earlier, vote))) {
            return;
        }
        ofMember.add(
                vote.refused().isPresent()
                        ? vote
                        : new VoteSeen(
                                vote.member(),
                                vote.roster(),
                                vote.buffer(),
                                vote.cohortDigest(),
                                vote.refused(),
                                List.of(),
                                NO_RECORD));
        trim(ofMember, behind ? BEHIND : VOTES);
        trimRefusals(ofMember);
    }

    /** The eldest go. */
    private static void trimRefusals(List<VoteSeen> ofMember) {
        List<VoteSeen> refusals =
                ofMember.stream().filter(vote -> vote.refused().isPresent()).toList();
        int bytes = refusals.stream().mapToInt(vote -> vote.record().length).sum();
        for (int i = 0; i < refusals.size() - 1 && bytes > REFUSAL_BYTES; i++) {
            ofMember.remove(refusals.get(i));
            bytes -= refusals.get(i).record().length;
        }
    }

    /** The first of such votes is the one that counts. */
    private static boolean saysTheSame(VoteSeen earlier, VoteSeen vote) {
        return earlier.cohortDigest().equals(vote.cohortDigest())
                && earlier.buffer().equals(vote.buffer())
                && earlier.roster().equals(vote.roster())
                && earlier.refused().isPresent() == vote.refused().isPresent();
    }

    void keep(ResponseSeen response, boolean behind) {
        List<ResponseSeen> ofMember = responses.computeIfAbsent(response.member(), name -> new ArrayList<>());
        ofMember.add(response);
        trim(ofMember, behind ? BEHIND : RESPONSES);
    }

    /** Takes out the votes for this cohort, by member and then in the order in which they came. */
    List<VoteSeen> takeVotes(Proposal proposal) {
        List<VoteSeen> taken = new ArrayList<>();
        for (List<VoteSeen> ofMember : votes.values()) {
            ofMember.stream()
                    .filter(v -> v.cohortDigest().equals(proposal.digest()))
                    .forEach(taken::add);
            ofMember.removeIf(v -> v.cohortDigest().equals(proposal.digest()));
        }
        return taken;
    }

    /** Takes out the responses for this cohort, by member and then in the order in which they came. */
    List<ResponseSeen> takeResponses(Proposal proposal) {
        List<ResponseSeen> taken = new ArrayList<>();
        for (List<ResponseSeen> ofMember : responses.values()) {
            ofMember.stream()
                    .filter(r -> r.cohortDigest().equals(proposal.digest()))
                    .forEach(taken::add);
            ofMember.removeIf(r -> r.cohortDigest().equals(proposal.digest()));
        }
        return taken;
    }

    /** Forgets answers for versions up to this one. */
    void forgetUpTo(long version) {
        votes.values().forEach(list -> list.removeIf(v -> v.buffer().version() <= version));
        responses.values().forEach(list -> list.removeIf(r -> r.buffer().version() <= version));
        votes.values().removeIf(List::isEmpty);
        responses.values().removeIf(List::isEmpty);
    }

    private static void trim(List<?> list, int limit) {
        while (list.size() > limit) {
            list.remove(0);
        }
    }
}
