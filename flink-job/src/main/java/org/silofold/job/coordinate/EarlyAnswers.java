package org.silofold.job.coordinate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.job.coordinate.TrackedUpdate.Receipt;
import org.silofold.job.event.CoordinatorEvent.ReceiptSeen;
import org.silofold.job.event.CoordinatorEvent.ResponseSeen;
import org.silofold.job.event.CoordinatorEvent.VoteSeen;
import org.silofold.job.event.UpdateKey;

/**
 * What members said of updates and cohorts that the state does not know yet: topics are read at different speeds. Of each member the
 * newest {@value #RECEIPTS} receipts, {@value #VOTES} votes and {@value #RESPONSES} responses are kept; {@value #BEHIND} of the latter two
 * while the state is behind its log, since it then comes to the oldest first.
 * While the state is behind its log, {@value #BEHIND} votes and responses are: it comes to the oldest first.
 */
final class EarlyAnswers {
    static final int RECEIPTS = 1024;
    static final int VOTES = 8;
    static final int RESPONSES = 4;
    static final int BEHIND = 1024;

    private final SortedMap<String, Map<UpdateKey, Receipt>> receipts = new TreeMap<>();
    private final SortedMap<String, List<VoteSeen>> votes = new TreeMap<>();
    private final SortedMap<String, List<ResponseSeen>> responses = new TreeMap<>();

    /** By member, in the order in which they came. */
    SortedMap<String, Map<UpdateKey, Receipt>> receipts() {
        return receipts;
    }

    SortedMap<String, List<VoteSeen>> votes() {
        return votes;
    }

    SortedMap<String, List<ResponseSeen>> responses() {
        return responses;
    }

    void keep(ReceiptSeen seen) {
        Map<UpdateKey, Receipt> ofMember = receipts.computeIfAbsent(seen.member(), name -> new LinkedHashMap<>());
        UpdateKey key = UpdateKey.of(seen.update());
        Receipt receipt = Receipt.of(seen);
        ofMember.merge(key, receipt, Receipt::orLater);
        if (ofMember.size() > RECEIPTS) {
            ofMember.remove(ofMember.keySet().iterator().next());
        }
    }

    /** Takes out the receipts for this update, by member. */
    SortedMap<String, Receipt> takeReceipts(UpdateKey key) {
        SortedMap<String, Receipt> taken = new TreeMap<>();
        receipts.forEach((member, ofMember) -> {
            Receipt receipt = ofMember.remove(key);
            if (receipt != null) {
                taken.put(member, receipt);
            }
        });
        return taken;
    }

    void keep(VoteSeen vote, boolean behind) {
        add(votes, vote.member(), vote, behind ? BEHIND : VOTES);
    }

    void keep(ResponseSeen response, boolean behind) {
        add(responses, response.member(), response, behind ? BEHIND : RESPONSES);
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

    private static <T> void add(SortedMap<String, List<T>> map, String member, T answer, int limit) {
        List<T> list = map.computeIfAbsent(member, name -> new ArrayList<>());
        list.add(answer);
        while (list.size() > limit) {
            list.remove(0);
        }
    }
}
